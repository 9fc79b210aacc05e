"""When the windows of a validation were trained and when they were tested, as one picture over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from aurelius_kernel.views.markup import Html
from aurelius_kernel.views.numerals import plural, ratio

__all__ = ["window_timeline"]

MOST_ROWS = 60
ROW, BAR, FOOT = 14, 10, 20
TRAINING, ABOVE, BELOW, IDLE = "var(--grey, #8d95a1)", "var(--line-1, #0f5c9e)", "var(--line-2, #b45a1c)", "var(--line, #dcdad3)"
YEARS_SHOWN = 12
PARTS = {"train": "Trained", "test": "Tested"}
NAMED = (("Training", TRAINING), ("Test, Sharpe ratio above 0", ABOVE), ("Test, below 0", BELOW), ("Test, no trade", IDLE))


def window_timeline(windows: Sequence[Mapping[str, Any]]) -> Html:
    """A row a window, from the top: a grey bar of training, and its test, blue where its Sharpe ratio was above zero.

    It is ochre where the ratio was below, pale where nothing was traded. Of more than sixty windows, an even sample is drawn.
    """
    step = max(1, -(-len(windows) // MOST_ROWS))
    shown = windows[::step]
    first, last = _ordinal(shown[0]["train_start"]), _ordinal(shown[-1]["test_end"]) + 1
    bars = "".join(_row(place, window, first, last) for place, window in enumerate(shown))
    height = len(shown) * ROW + FOOT
    about = escape(f"{plural(len(windows), 'window')} from {windows[0]['train_start']} to {windows[-1]['test_end']}", quote=True)
    drawn = f"{_years(first, last, height)}{bars}"
    return Html(f"{_legend()}<svg role='img' aria-label='{about}' width='100%' height='{height}'>{drawn}</svg>")


def _row(place: int, window: Mapping[str, Any], first: int, last: int) -> str:
    sharpe = window["test_sharpe"]
    colour = IDLE if sharpe is None else BELOW if sharpe < 0.0 else ABOVE
    return _bar(place, window, "train", TRAINING, first, last) + _bar(place, window, "test", colour, first, last)


def _bar(place: int, window: Mapping[str, Any], part: str, fill: str, first: int, last: int) -> str:
    begin, end = (str(window[f"{part}_{name}"])[:10] for name in ("start", "end"))
    left = 100 * (_ordinal(begin) - first) / (last - first)
    width = 100 * (_ordinal(end) + 1 - _ordinal(begin)) / (last - first)
    told = escape(f"{PARTS[part]} {begin} to {end}, Sharpe ratio {ratio(window[f'{part}_sharpe'])}")
    where = f"x='{left:.3f}%' width='{width:.3f}%' y='{place * ROW}' height='{BAR}' rx='2'"
    return f"<rect {where} style='fill:{fill}'><title>{told}</title></rect>"


def _years(first: int, last: int, height: int) -> str:
    years = range(date.fromordinal(first).year + 1, date.fromordinal(last - 1).year + 1)
    step = max(1, -(-len(years) // YEARS_SHOWN))
    return "".join(_year(year, 100 * (date(year, 1, 1).toordinal() - first) / (last - first), height) for year in years[::step])


def _year(year: int, place: float, height: int) -> str:
    line = f"<line x1='{place:.3f}%' x2='{place:.3f}%' y1='0' y2='{height - FOOT}' style='stroke:{IDLE}'/>"
    style = "fill:var(--soft, #5d6570);font-size:12px"
    return f"{line}<text x='{place:.3f}%' y='{height - 4}' text-anchor='middle' style='{style}'>{year}</text>"


def _legend() -> str:
    drawn = "".join(f"<span><i style='background:{fill}'></i>{name}</span>" for name, fill in NAMED)
    return f"<p class='legend'>{drawn}</p>"


def _ordinal(day: str) -> int:
    return date.fromisoformat(str(day)[:10]).toordinal()
