"""The companion: which Python packages work inside an image, and why. It works from a document, never from the image."""
