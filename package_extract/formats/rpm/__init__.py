"""RPM's installed package databases: three containers of header blobs, the blobs themselves, and rpm-less manifests.

`database` tells the containers apart and reads any of them; `package` gives the blobs their meaning.
"""
