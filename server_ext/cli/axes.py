"""Values of parameters as they are typed at a shell: ranges with both ends, and lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.model.typed import typed_ends, typed_values

__all__ = ["axes", "ends"]


def axes(given: Iterable[str]) -> dict[str, list[Any]]:
    """The values of each parameter, from NAME=LOW:HIGH:STEP with both ends included, or NAME=VALUE,VALUE.

    Raises InvalidField for what is neither, ImpossibleRequest for more values than can be passed on.
    """
    return {name: typed_values(name, text) for name, text in _texts(given, "--grid").items()}


def ends(given: Iterable[str]) -> dict[str, list[Any]]:
    """The two ends of each interval, from NAME=LOW:HIGH; raises InvalidField for what is no such thing."""
    return {name: typed_ends(name, text) for name, text in _texts(given, "--range").items()}


def _texts(given: Iterable[str], option: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for text in given:
        name, equals, values = text.partition("=")
        if not equals or not name or not values:
            raise InvalidField.of(option, f"must be NAME=VALUES, not {text!r:.60}")
        if name in texts:
            raise InvalidField.of(option, f"names {name!r:.60} twice")
        texts[name] = values
    return texts
