"""How instruments, sources and frequencies may be called."""

from __future__ import annotations

import re

from aurelius_kernel.errors import InvalidField

__all__ = [
    "DAY",
    "DEFAULT_SOURCE",
    "RESERVED_SOURCES",
    "SAMPLE_SOURCES",
    "WEEK",
    "bar_minutes",
    "check_frequency",
    "check_instrument",
    "check_source",
]

DEFAULT_SOURCE = "default"
SAMPLE_SOURCES = ("arch", "bokeh", "carry", "skfolio")
RESERVED_SOURCES = (DEFAULT_SOURCE, "own", *SAMPLE_SOURCES)
"""Names that an import may not take; `own` stands for bars that a caller hands over."""
DAY, WEEK = 1_440, 10_080
MINUTES = {"min": 1, "h": 60, "d": DAY, "w": WEEK}

INSTRUMENT = re.compile(r"[A-Za-z0-9^][A-Za-z0-9.^=/_:-]{0,31}")
SOURCE = re.compile(r"[a-z][a-z0-9_-]{0,31}")
FREQUENCY = re.compile(r"([1-9]\d{0,3})(min|h|d|w)")


def check_instrument(name: object) -> str:
    """The name of an instrument; raises InvalidField unless it is 1 to 32 letters, digits and `. ^ = / _ : -`."""
    if not isinstance(name, str) or not INSTRUMENT.fullmatch(name):
        raise InvalidField.of("instrument", f"must be a symbol like GOOG, BRK.B or ^GSPC, at most 32 characters, not {name!r:.80}")
    return name


def check_source(name: object) -> str:
    """The name of a source; raises InvalidField unless it is a short lower-case word."""
    if not isinstance(name, str) or not SOURCE.fullmatch(name):
        raise InvalidField.of("source", f"must be a lower-case word of at most 32 characters, like my-feed, not {name!r:.80}")
    return name


def check_frequency(frequency: object) -> str:
    """The length of a bar; raises InvalidField unless it is a number with min, h, d or w."""
    if not isinstance(frequency, str) or not FREQUENCY.fullmatch(frequency):
        raise InvalidField.of("frequency", f"must be a number with min, h, d or w, like 1d or 15min, not {frequency!r:.80}")
    return frequency


def bar_minutes(frequency: str) -> int:
    """The length of a bar in minutes of the clock: 15 for 15min, 1440 for 1d."""
    found = FREQUENCY.fullmatch(check_frequency(frequency))
    assert found is not None  # noqa: S101  check_frequency has just matched it
    return int(found[1]) * MINUTES[found[2]]
