"""Values of parameters as people type them, at a shell or in a notebook: numbers, words, lists, and ranges with both ends."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from aurelius_kernel.errors import ImpossibleRequest, InvalidField

__all__ = ["typed_ends", "typed_value", "typed_values"]

MOST_VALUES = 10_000


def typed_value(text: str) -> Any:
    """One value: JSON where it is that, else the text itself."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def typed_values(name: str, text: str) -> list[Any]:
    """The values of `LOW:HIGH:STEP`, both ends included, or of `VALUE,VALUE`.

    Raises InvalidField for what is neither, ImpossibleRequest for more than ten thousand.
    """
    if ":" not in text:
        return [typed_value(part) for part in text.split(",")]
    low, high, step = _numbers(name, text, "LOW:HIGH or LOW:HIGH:STEP", (2, 3))
    if step <= 0 or low > high:
        raise InvalidField.of(f"grid.{name}", f"must rise from low to high by a step above 0, not be {text!r:.60}")
    count = int((high - low) // step) + 1
    if count > MOST_VALUES:
        raise ImpossibleRequest.of(f"grid.{name}", f"holds {count:,} values; {MOST_VALUES:,} can be typed, ak.sweep takes more")
    return [_plain(low + place * step) for place in range(count)]


def typed_ends(name: str, text: str) -> list[Any]:
    """The two ends of `LOW:HIGH`; raises InvalidField for what is no such thing."""
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
