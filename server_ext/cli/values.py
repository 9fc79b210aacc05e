"""Values as they are typed at a shell: NAME=VALUE, where the value is JSON, or else text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from aurelius_kernel.errors import InvalidField

__all__ = ["assignments"]


def assignments(given: Iterable[str], option: str) -> dict[str, Any]:
    """The values by name; raises InvalidField for what is no NAME=VALUE, and for a name that is given twice."""
    values: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise InvalidField.of(option, f"must be NAME=VALUE, not {text!r:.60}")
        if name in values:
            raise InvalidField.of(option, f"names {name!r:.60} twice")
        values[name] = _value(value)
    return values


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
