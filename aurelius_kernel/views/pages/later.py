"""A part of a page that takes seconds to find out: the page is there at once, and the part when it is known."""

from __future__ import annotations

import threading
from collections.abc import Callable

import ipywidgets as widgets

from aurelius_kernel.views.markup import Html, card, markup
from aurelius_kernel.views.pages.live import hearing, told

__all__ = ["later"]


def later(draw: Callable[[], str], waiting: str, *events: str) -> widgets.Widget:
    """A sentence, and in its place what `draw` gives as soon as it is known; found out anew after each of those events.

    What is found out beside the page is under way in the widget's `work`.
    """
    shown = widgets.HTML(card("", Html(f"<p class='soft' role='status'>{markup(waiting)}</p>")))

    def find_out() -> None:
        (found,) = told(lambda: (widgets.HTML(str(draw())),))
        shown.value = found.value

    def again() -> None:
        shown.work = threading.Thread(target=find_out, daemon=True)
        shown.work.start()

    again()
    return hearing(shown, again, *events)
