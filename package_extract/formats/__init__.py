"""File formats: bytes in, values out; nothing here knows images or analyzers."""
