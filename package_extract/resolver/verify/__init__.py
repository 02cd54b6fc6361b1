"""Whether chosen native wheels find the libraries that they need in the image."""
