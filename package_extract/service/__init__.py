"""The HTTP service: requests in, documents out, over the same pipeline and store as the command.

Needs `package-extract[service]`; nothing outside this package imports it but the command `serve`, when it is called.
"""
