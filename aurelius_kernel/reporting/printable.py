"""Text of strangers made fit for print: every character is either drawn as itself or written as its code point."""

from __future__ import annotations

import unicodedata
from functools import cache

from matplotlib.ft2font import FT2Font

from aurelius_kernel.assets import asset
from aurelius_kernel.views.theme import FONTS

__all__ = ["abridged", "clipped", "printable"]

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode's categories of characters that draw nothing, or turn the text around them: controls, overrides, separators."""


def printable(text: object) -> str:
    """The text with each character that the reports' fonts cannot draw as its code point: a bell is `<U+0007>`."""
    return "".join(character if _drawn(character) else f"<U+{ord(character):04X}>" for character in str(text))


def clipped(text: object, length: int) -> str:
    """The printable text, cut to `length` characters with an ellipsis when it is longer."""
    whole = printable(text)
    return whole if len(whole) <= length else f"{whole[: length - 1]}…"


def abridged(name: object, length: int) -> str:
    """The printable name, its middle left out when it is longer than `length`: both ends tell names apart."""
    whole = printable(name)
    head = (length - 1) // 2
    return whole if len(whole) <= length else f"{whole[:head]}…{whole[head + 1 - length :]}"


def _drawn(character: str) -> bool:
    if character.isascii():
        return character.isprintable()
    return unicodedata.category(character) not in HIDDEN and any(ord(character) in _glyphs(name) for name in FONTS)


@cache
def _glyphs(name: str) -> frozenset[int]:
    """The code points that a font of the reports folder has; read once, and only when text asks for it."""
    return frozenset(FT2Font(str(asset(f"reports/fonts/{name}"))).get_charmap())
