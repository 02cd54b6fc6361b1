"""Text from an image made safe for a terminal."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: str) -> str:
    r"""The text with everything that is not printable written as an escape: `\x1b`, `\n`, `\u202e`.

    Terminal sequences, line breaks and marks that turn the direction of writing thus stay visible and without effect.
    A surrogate-escaped byte is written as that byte: `\xff`.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escape(character) for character in text)


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()
