"""The buttons of a page's tables: a click is an act on one object, done under the looker's rights and answered in a sentence."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from ipywidgets import Widget

from aurelius_kernel.views.markup import Html
from aurelius_kernel.views.pages.outcome import Act, Outcome, attempt

__all__ = ["Hands", "button", "with_hands"]

IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def button(act: str, label: str, identifier: str, about: str = "") -> Html:
    """A button that asks for an act on one object; `about` tells a screen reader which one."""
    named = f" aria-label='{escape(f'{label} {about}', quote=True)}'" if about else ""
    meant = f"data-act='{act}' data-id='{escape(identifier, quote=True)}'"
    return Html(f"<button type='button' class='act' {meant}{named}>{escape(label)}</button>")


class Hands(anywidget.AnyWidget):
    """Hears the clicks on buttons whose act it knows, does them one by one beside the page, and tells what came of each."""

    _esm = Path(__file__).with_name("hands.js")
    _css = Path(__file__).with_name("hands.css")
    acts = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, **acts: Act) -> None:
        super().__init__(acts=list(acts))
        self._acts = acts
        self.afterwards: Callable[[], None] = lambda: None
        self.on_msg(lambda _widget, content, _buffers: self._clicked(content))

    def do(self, act: str, identifier: str) -> Outcome:
        """What came of an act on one object; the browser may ask for anything, so both are checked."""
        if act not in self._acts or not IDENTIFIER.fullmatch(identifier):
            return Outcome(text="There is no such action.", kind="bad")
        return attempt(lambda: self._acts[act](identifier))

    def _clicked(self, content: dict[str, Any]) -> None:
        act, identifier = str(content.get("act", "")), str(content.get("id", ""))

        def work() -> None:
            outcome = self.do(act, identifier)
            self.send({"act": act, "id": identifier, "outcome": outcome.document()})
            self.afterwards()

        threading.Thread(target=work, daemon=True).start()


def with_hands(shown: Widget, **acts: Act) -> Widget:
    """A part of a page whose buttons do these acts; it is drawn again after each."""

    def again() -> None:
        shown.ears.heard += 1

    shown.hands = Hands(**acts)
    shown.hands.afterwards = again
    return shown
