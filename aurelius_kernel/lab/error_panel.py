"""An error of ours as one panel: what is wrong, field by field, where in the cell, and the traceback for who wants it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from linecache import getline
from types import TracebackType
from typing import Any

from aurelius_kernel.errors import AureliusError

__all__ = ["ErrorPanel", "place_in_cell"]

MAGIC = re.compile(r"get_ipython\(\)\.run_(line|cell)_magic\('(\w+)', (['\"])(.*?)\3")
REFERENCE = "docs/reference/errors.md"
PANEL = (
    "<div role='alert' style='border-left:4px solid var(--jp-error-color1,#c62828);padding:.5em 1em;max-width:60em;"
    "overflow-wrap:anywhere'>{inner}</div>"
)
FOLD = (
    "<details style='margin-top:.3em'><summary style='cursor:pointer;opacity:.75'>Traceback</summary>"
    "<pre style='max-height:24em;overflow:auto;font-size:.9em'>{traceback}</pre></details>"
)


@dataclass(frozen=True, kw_only=True)
class ErrorPanel:
    """What people read of an error: `place` is where in which cell it came up, empty where that is not known."""

    error: AureliusError
    place: str = ""
    traceback: str = ""

    def mimebundle(self) -> dict[str, str]:
        """The panel as HTML, and as text beside it."""
        return {"text/html": self.html(), "text/plain": self.text()}

    def text(self) -> str:
        """The panel in lines of text."""
        width = max((len(name) for name, _ in self._fields()), default=0)
        fields = [f"  {name:<{width}}  {problem}" for name, problem in self._fields()]
        return "\n".join([self.error.message, *fields, *(f"  {note}" for note in self._notes())])

    def html(self) -> str:
        """The panel as HTML of its own, without scripts, style sheets or anything from elsewhere; every text is escaped."""
        head = f"<div style='font-weight:600'>{escape(self.error.message)}</div>"
        rows = "".join(
            f"<tr><td style='text-align:left;padding-right:1em'><code>{escape(name)}</code></td>"
            f"<td style='text-align:left;white-space:normal'>{escape(problem)}</td></tr>"
            for name, problem in self._fields()
        )
        fields = f"<table style='margin:.3em 0'><tbody>{rows}</tbody></table>" if rows else ""
        notes = "".join(f"<div style='opacity:.7'>{escape(note)}</div>" for note in self._notes())
        fold = FOLD.format(traceback=escape(self.traceback)) if self.traceback else ""
        return PANEL.format(inner=head + fields + notes + fold)

    def _fields(self) -> list[tuple[str, str]]:
        """Each field with its problem; without those of which the sentence says all already."""
        return [(name, problem) for name, problem in self.error.fields.items() if f"{name} {problem}." != self.error.message]

    def _notes(self) -> Iterator[str]:
        if self.place:
            yield self.place
        if request_id := getattr(self.error, "request_id", ""):
            yield f"the platform answered {getattr(self.error, 'status', '')}, request {request_id}"
        meaning = (inspect.getdoc(type(self.error)) or "").partition("\n")[0].partition(";")[0].rstrip(".")
        yield f"{self.error.code}: {meaning[:1].lower()}{meaning[1:]} ({REFERENCE})"


def place_in_cell(shell: Any, trace: TracebackType | None) -> str:
    """The innermost line of a cell that a traceback goes through, as `In [3], line 2: …`; empty for none."""
    found = ""
    while trace is not None:
        file, number = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        label = shell.compile.format_code_name(file)
        if label is not None:
            found = f"{label[1]}, line {number}: {_as_typed(getline(file, number).strip()):.100}"
        trace = trace.tb_next
    return found


def _as_typed(line: str) -> str:
    """A line as it was typed: IPython turns a magic into a call before it runs."""
    magic = MAGIC.search(line)
    return f"{'%' if magic[1] == 'line' else '%%'}{magic[2]} {magic[4]}" if magic else line
