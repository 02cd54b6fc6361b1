"""What the user may choose about a resolution."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

__all__ = ["InstalledPolicy", "Policy", "PrereleasePolicy"]

InstalledPolicy = Literal["prefer", "pin", "ignore", "latest"]
"""What is installed in the image: `prefer` keeps it where it fits; `pin` never changes it; `ignore` resolves as if the
image were empty; `latest` takes the newest version. What the operating system's packages own is never changed, except
with `ignore`."""

PrereleasePolicy = Literal["if-needed", "allow", "never"]


class Policy(Struct, frozen=True):
    """The choices; the same for all images of a request."""

    installed: InstalledPolicy = "prefer"
    prereleases: PrereleasePolicy = "if-needed"
    verify_budget: int = 96 << 20
    """Bytes of one wheel that may be transferred to check its native code; 0 checks nothing."""
    deep: bool = False
    """Check native wheels whatever it costs."""
