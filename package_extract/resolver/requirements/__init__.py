"""What the user asks for: arguments and files of requirements, read into one `Request`."""
