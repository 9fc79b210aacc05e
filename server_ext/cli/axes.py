"""Values of parameters as they are typed at a shell: ranges with both ends, and lists."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from aurelius_kernel.errors import ImpossibleRequest, InvalidField

__all__ = ["axes", "ends"]

MOST_VALUES = 10_000


def axes(given: Iterable[str]) -> dict[str, list[Any]]:
    """The values of each parameter, from NAME=LOW:HIGH:STEP with both ends included, or NAME=VALUE,VALUE.

    Raises InvalidField for what is neither, ImpossibleRequest for more values than can be passed on.
    """
    return {name: _values(name, str(text)) for name, text in _texts(given, "--grid").items()}


def ends(given: Iterable[str]) -> dict[str, list[Any]]:
    """The two ends of each interval, from NAME=LOW:HIGH; raises InvalidField for what is no such thing."""
    return {name: _ends(name, text) for name, text in _texts(given, "--range").items()}


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


def _values(name: str, text: str) -> list[Any]:
    if ":" not in text:
        return [_value(part) for part in text.split(",")]
    low, high, step = _numbers(name, text, "LOW:HIGH or LOW:HIGH:STEP", (2, 3))
    if step <= 0 or low > high:
        raise InvalidField.of(f"grid.{name}", f"must rise from low to high by a step above 0, not be {text!r:.60}")
    count = int((high - low) // step) + 1
    if count > MOST_VALUES:
        raise ImpossibleRequest.of(
            f"grid.{name}", f"holds {count:,} values; a shell passes on {MOST_VALUES:,}, ak.sweep takes more"
        )
    return [_plain(low + place * step) for place in range(count)]


def _ends(name: str, text: str) -> list[Any]:
    low, high, _ = _numbers(name, text, "LOW:HIGH", (2,))
    return [_plain(low), _plain(high)]


def _numbers(name: str, text: str, form: str, lengths: tuple[int, ...]) -> tuple[Decimal, Decimal, Decimal]:
    """Two or three decimal numbers, a step of 1 where there is none: decimals do not drift as they are added up."""
    try:
        numbers = [Decimal(part) for part in text.split(":")]
    except InvalidOperation:
        numbers = []
    if len(numbers) not in lengths or not all(number.is_finite() and abs(number) < Decimal("1e15") for number in numbers):
        raise InvalidField.of(name, f"must be {form}, not {text!r:.60}")
    return numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else Decimal(1)


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() and _is_whole(number) else float(number)


def _is_whole(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= 0


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
