"""Layers squashed into one read-only tree."""
