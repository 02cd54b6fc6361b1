"""Reads a container image at rest and says what is inside and what can be installed there."""

__version__ = "0.1.0"
