"""What Python finds in an image: its environments and the distributions installed in them."""
