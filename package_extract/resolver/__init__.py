"""The companion: which Python packages work inside an image, and why; a document tells it all of the image."""
