"""Why there is no solution, for people and as data."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Conflict"]


class Conflict(Struct, frozen=True):
    """The smallest set of requirements that cannot be met together."""

    requirements: tuple[str, ...]
    """"urllib3<1.25 (command line)": none of them can be left out without the conflict going away."""
    sentences: tuple[str, ...]
    """What follows from what, beginning at the requirements."""
    suggestions: tuple[str, ...]
    """What would help."""
    proved: bool = True
    """Whether there is no solution for certain; False where something was assumed, as a sentence then says."""

    def text(self) -> str:
        """All of it."""
        lines = []
        if self.requirements:
            together = "" if len(self.requirements) == 1 else " together"
            far = "" if self.proved else ", as far as was looked"
            lines.append(f"{_joined(self.requirements)} cannot be met{together}{far}:")
            lines += [f"  - {sentence}" for sentence in self.sentences]
        else:
            lines += self.sentences
        lines += [f"  try: {suggestion}" for suggestion in self.suggestions]
        return "\n".join(lines)


def _joined(parts: tuple[str, ...]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
