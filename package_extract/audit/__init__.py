"""What is broken in an image, told from its document alone.

Works on plain data; `check` is the one way in. Each module finds one family of trouble and yields findings.
"""

from __future__ import annotations

from package_extract.audit.check import FAILING, KINDS, check, failing

__all__ = ["FAILING", "KINDS", "check", "failing"]
