"""A cell of CSV that a spreadsheet reads as the text it is."""

from __future__ import annotations

__all__ = ["as_text"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_text(cell: str) -> str:
    """The text; one that a spreadsheet would run as a formula is quoted by an apostrophe."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
