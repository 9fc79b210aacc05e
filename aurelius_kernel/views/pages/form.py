"""A form on a page: labelled fields, each with its own error, and below them what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from aurelius_kernel.views.pages.live import Ears
from aurelius_kernel.views.pages.outcome import Outcome, attempt

__all__ = ["Form", "Work", "choice", "field"]

Work = Callable[[dict[str, Any]], Callable[[], Outcome]]
"""Does what was asked with the values, and gives a way to tell how it stands since."""


def field(name: str, label: str, kind: str = "text", value: Any = None, **more: Any) -> dict[str, Any]:
    """A field: its name in the API, its label, and text, number, date, choice or several; `hint`, `min`, `max`, `step` beside."""
    return {"name": name, "label": label, "kind": kind, "value": value, **more}


def choice(name: str, label: str, options: Sequence[tuple[str, str]], value: Any = None, **more: Any) -> dict[str, Any]:
    """A field whose value is one of some, each a value and its label."""
    return field(name, label, more.pop("kind", "choice"), value, options=[list(option) for option in options], **more)


class Form(anywidget.AnyWidget):
    """Sends what was typed to `work` and tells how it stands, live until it has ended; a refusal stands at the fields it names."""

    _esm = Path(__file__).with_name("form.js")
    _css = Path(__file__).with_name("form.css")
    heading = traitlets.Unicode().tag(sync=True)
    action = traitlets.Unicode().tag(sync=True)
    is_open = traitlets.Bool().tag(sync=True)
    fields = traitlets.List(traitlets.Dict()).tag(sync=True)
    outcome = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        work: Work,
        heading: str,
        action: str,
        fields: Sequence[dict[str, Any]],
        events: Sequence[str] = (),
        is_open: bool = False,
    ) -> None:
        super().__init__(heading=heading, action=action, fields=list(fields), is_open=is_open)
        self._work = work
        self._standing: Callable[[], Outcome] | None = None
        self.ears = Ears(events=list(events))
        self.ears.observe(lambda _change: self._follow(), names="heard")
        self.on_msg(lambda _widget, content, _buffers: self._sent(content.get("values", {})))

    def submit(self, values: Mapping[str, Any]) -> None:
        """Do what the form is for with those of the values that it has a field for; one that is left empty is left out."""
        known = {one["name"] for one in self.fields}
        given = {name: value for name, value in values.items() if name in known and value not in (None, "", [])}
        self._standing = None
        self._show(attempt(lambda: self._begin(given)))

    def _sent(self, values: Mapping[str, Any]) -> None:
        """Do it beside the page, which goes on being drawn; the browser sends nothing else until it is answered."""
        threading.Thread(target=self.submit, args=(values,), daemon=True).start()

    def _begin(self, given: dict[str, Any]) -> Outcome:
        self._standing = self._work(_nested(given))
        return self._standing()

    def _follow(self) -> None:
        if self._standing is not None:
            self._show(attempt(self._standing))

    def _show(self, outcome: Outcome) -> None:
        if outcome.progress is None:
            self._standing = None
        self.outcome = {**outcome.document(), "answer": self.outcome.get("answer", 0) + 1}


def _nested(given: Mapping[str, Any]) -> dict[str, Any]:
    """`costs.slippage_bps` as `slippage_bps` of `costs`."""
    nested: dict[str, Any] = {}
    for name, value in given.items():
        head, _, tail = name.partition(".")
        if tail:
            nested.setdefault(head, {})[tail] = value
        else:
            nested[name] = value
    return nested
