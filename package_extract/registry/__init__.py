"""Registries spoken to directly: documents that lie beside their images. Images themselves come through skopeo."""
