"""The built-in analyzers, registered through the same entry points as anybody else's."""
