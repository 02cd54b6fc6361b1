"""Advice: an answer of the resolver, and what rules know about its packages and the image."""
