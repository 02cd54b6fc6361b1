"""Doors: where the bytes of an image come from."""
