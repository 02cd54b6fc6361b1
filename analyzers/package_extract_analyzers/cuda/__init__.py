"""CUDA: toolkits, libraries from files, headers, packages and wheels, what the driver must be, and what conflicts."""

from __future__ import annotations

from package_extract_analyzers.cuda.analyzer import Cuda

__all__ = ["Cuda"]
