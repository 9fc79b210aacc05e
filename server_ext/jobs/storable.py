"""Values that every database can keep: no NUL, no half of a character, no number that JSON columns refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from aurelius_kernel.errors import InvalidField

__all__ = ["check_storable", "storable", "storable_text"]

LARGEST = 1024 * 1024
"""So much of what a notebook hands over is kept beside the job, in bytes; the result itself is in the store."""


def storable_text(text: str) -> str:
    """The text with a mark in the place of what cannot be kept."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def storable(value: Mapping[str, Any]) -> dict[str, Any]:
    """What a notebook handed over, as it can be kept; nothing, where it cannot or is too much."""
    try:
        written = orjson.dumps(value)
    except TypeError:
        return {}
    if len(written) > LARGEST:
        return {}
    kept: dict[str, Any] = orjson.loads(written.replace(b"\\u0000", b"\\ufffd"))
    return kept


def check_storable(parameters: Mapping[str, Any]) -> None:
    """Raise InvalidField, naming the parameter, for a value that cannot be kept."""
    for name, value in parameters.items():
        try:
            written = orjson.dumps(value)
        except TypeError:
            raise InvalidField.of(name, "holds a number or a character that cannot be kept") from None
        if b"\\u0000" in written:
            raise InvalidField.of(name, "holds a NUL character")
