"""What a log of an image's build says: what was installed, from where, what failed and why, what was pushed."""

from __future__ import annotations

from package_extract.buildlog.comparison import compare_with
from package_extract.buildlog.reading import read_build_log

__all__ = ["compare_with", "read_build_log"]
