"""Canonical bytes and the content hashes made from them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import numpy as np

from aurelius_kernel.clock import rfc3339

__all__ = ["canonical_json", "content_hash", "sha256_hex"]

CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
JSON_KINDS = {bool, int, str, type(None)}
"""What JSON has and writes in one way only."""


def canonical_json(value: Any) -> bytes:
    """The one byte string that stands for `value`: sorted keys, no spaces, UTF-8, shortest float form.

    Not-a-number becomes null; an infinity becomes the string `"inf"` or `"-inf"`, so that the text is always valid JSON.
    """
    return CANONICAL.encode(plain(value)).encode("utf-8")


def content_hash(value: Any) -> str:
    """The sha256 of the canonical bytes of `value`, in hexadecimal."""
    return sha256_hex(canonical_json(value))


def sha256_hex(content: bytes) -> str:
    """The sha256 of raw bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def plain(value: Any) -> Any:
    """`value` in JSON's own types; raises TypeError for what has no canonical form."""
    kind = type(value)
    if kind in JSON_KINDS:
        return value
    if kind is float:
        return _plain_float(value)
    if isinstance(value, list | tuple):
        return list(value) if JSON_KINDS.issuperset(map(type, value)) else [plain(item) for item in value]
    if kind is dict or isinstance(value, Mapping):
        return {str(key): item if type(item) in JSON_KINDS else plain(item) for key, item in value.items()}
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    """What is neither of JSON's own kinds nor made of several values, but for an array."""
    if isinstance(value, np.ndarray):
        return _plain_array(value)
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return _plain_float(value)
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _plain_array(array: np.ndarray[Any, Any]) -> Any:
    """The array as nested lists, element by element only where some element has no JSON form."""
    simple = array.dtype.kind in "biuU" or (array.dtype.kind == "f" and bool(np.isfinite(array).all()))
    return array.tolist() if simple else plain(array.tolist())


def _plain_float(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value
