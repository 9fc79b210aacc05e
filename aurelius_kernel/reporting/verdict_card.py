"""Judgement at a glance: a headline, a line for each rule, check or component, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap

from aurelius_kernel.views.verdict_tables import Line

__all__ = ["html_lines", "text_lines"]

COLOURS = {
    "✓": "var(--jp-success-color1,#2c7a51)",
    "✗": "var(--jp-error-color1,#a33a2a)",
    "!": "var(--jp-warn-color1,#c08a18)",
}
"""Of the reader's own theme where there is one."""
TEXT_WIDTH = 110


def text_lines(title: str, lines: Sequence[Line], notes: Sequence[str]) -> str:
    """The judgement in lines of text."""
    width = max((len(line.name) for line in lines), default=0)
    told = [row for line in lines for row in _rows(line, width)]
    return "\n".join([title, *told, *(f"  {note}" for note in notes)])


def html_lines(title: str, lines: Sequence[Line], notes: Sequence[str], folded: str = "") -> str:
    """The judgement as HTML of its own, without scripts, style sheets or anything from elsewhere; every text is escaped.

    `folded` is markup that stands below.
    """
    rows = "".join(_row(line) for line in lines)
    below = "".join(f"<div style='opacity:.65'>{escape(note)}</div>" for note in notes)
    return (
        "<div style='max-width:60em;overflow-wrap:anywhere'>"
        f"<div style='font-weight:600'>{escape(title)}</div>"
        f"<table style='margin:4px 0'><tbody>{rows}</tbody></table>{below}{folded}</div>"
    )


def _rows(line: Line, width: int) -> list[str]:
    first, *others = wrap(line.text, TEXT_WIDTH) or [""]
    return [f"  {line.mark} {line.name:<{width}}  {first}", *(f"{'':{width + 6}}{other}" for other in others)]


def _row(line: Line) -> str:
    colour = f"color:{COLOURS[line.mark]};" if line.mark in COLOURS else ""
    cells = (
        f"<td style='{colour}font-weight:600;vertical-align:top'>{escape(line.mark)}</td>",
        f"<td style='text-align:left;vertical-align:top;white-space:nowrap;padding-right:1em'>{escape(line.name)}</td>",
        f"<td style='text-align:left;white-space:normal'>{escape(line.text)}</td>",
    )
    return f"<tr>{''.join(cells)}</tr>"
