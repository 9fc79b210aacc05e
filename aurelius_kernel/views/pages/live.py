"""A part of a page that is drawn again when an event says that something changed."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import httpx
import ipywidgets as widgets
import traitlets

from aurelius_kernel.errors import AureliusError
from aurelius_kernel.views.markup import empty

__all__ = ["LATER", "Drawn", "Ears", "Parts", "draw_waiting", "hearing", "live", "live_parts", "told"]

LATER = "AURELIUS_PARTS_LATER"
"""Set by who sends a page and calls `draw_waiting` once it is sent: charts, which take the longest, are not waited for."""

SKELETON = '<div class="skeleton" role="status" aria-label="This part is being drawn"><i class="tall"></i></div>'
FAILED = empty("This part could not be drawn", "Something went wrong while it was made; the server's log says what.")
SILENT = "The platform does not answer. The page goes on by itself when it is back."
EARS = """
export default {
  initialize({ model }) {
    const wanted = model.get("events"), told = window.aurelius?.told ?? new Set();
    const subscribe = () => window.aurelius && window.aurelius.send({ action: "subscribe", events: wanted });
    const count = () => { model.set("heard", model.get("heard") + 1); model.save_changes(); };
    const hear = (event) => { if (wanted.includes(event.detail.type)) count(); };
    const connected = (event) => { if (event.detail === "live") subscribe(); };
    window.addEventListener("aurelius:event", hear);
    window.addEventListener("aurelius:connection", connected);
    subscribe();
    if (wanted.some((type) => told.has(type))) count();  // told between the cell's run and now
    return () => {
      window.removeEventListener("aurelius:event", hear);
      window.removeEventListener("aurelius:connection", connected);
    };
  },
};
"""


class Drawn(widgets.HTML):  # type: ignore[misc]  # ipywidgets has no types
    """Markup that a page shows as soon as its cell has run, before the widget that keeps it up to date is there."""

    def _repr_mimebundle_(self, **asked: Any) -> dict[str, Any]:
        return {**super()._repr_mimebundle_(**asked), "text/html": self.value}


class Parts(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Widgets one under the other, made at once; or, on a page that is sent first, once it is, with a skeleton there meanwhile."""

    children: tuple[widgets.Widget, ...]

    def draw_soon(self, draw: Callable[[], Sequence[widgets.Widget]]) -> None:
        """Have what `draw` gives in it: now, or by `draw_waiting`."""
        if os.environ.get(LATER):
            self.children = (widgets.HTML(SKELETON),)
            _waiting[self] = draw
        else:
            self.children = told(draw)

    def _repr_mimebundle_(self, **asked: Any) -> dict[str, Any]:
        return {**super()._repr_mimebundle_(**asked), **({"text/html": SKELETON} if self in _waiting else {})}


_waiting: dict[Parts, Callable[[], Sequence[widgets.Widget]]] = {}


def draw_waiting() -> None:
    """Make what waits until the page is sent, in its order; what fails says so. From now on nothing waits."""
    os.environ.pop(LATER, None)
    while _waiting:
        shown = next(iter(_waiting))
        draw = _waiting.pop(shown)
        try:
            shown.children = told(draw)
        except Exception:  # noqa: BLE001  (whatever it is, the others are still to be made)
            traceback.print_exc(file=sys.__stderr__)
            shown.children = (widgets.HTML(FAILED),)


class Ears(anywidget.AnyWidget):
    """Hears the page's events and counts them; what they say is not taken from the browser but asked of the platform again."""

    _esm = EARS
    events = traitlets.List(traitlets.Unicode()).tag(sync=True)
    heard = traitlets.Int(0).tag(sync=True)


def live(draw: Callable[[], str], *events: str) -> widgets.Widget:
    """What `draw` gives, drawn again after each of those events; a platform that does not answer is said to be away."""
    shown = Drawn(_drawn(draw))

    def again() -> None:
        shown.value = _drawn(draw)

    return hearing(shown, again, *events)


def live_parts(draw: Callable[[], Sequence[widgets.Widget]], *events: str) -> widgets.Widget:
    """The widgets that `draw` gives, one under the other, made again after each of those events; nothing where there are none."""
    shown = Parts()

    def again() -> None:
        shown.draw_soon(draw)

    again()
    return hearing(shown, again, *events)


def hearing(shown: widgets.Widget, again: Callable[[], None], *events: str) -> widgets.Widget:
    """The widget, with ears that call `again` after each of those events."""
    ears = Ears(events=list(events))

    def heard(_change: Any) -> None:
        again()

    ears.observe(heard, names="heard")
    shown.ears = ears
    return shown


def told(draw: Callable[[], Sequence[widgets.Widget]]) -> tuple[widgets.Widget, ...]:
    """What `draw` gives; instead of it, why it cannot be shown now."""
    try:
        return tuple(draw())
    except AureliusError as error:
        return (widgets.HTML(_away(error.message)),)
    except httpx.TransportError:
        return (widgets.HTML(_away(SILENT)),)


def _drawn(draw: Callable[[], str]) -> str:
    try:
        return str(draw())
    except AureliusError as error:
        return _away(error.message)
    except httpx.TransportError:
        return _away(SILENT)


def _away(why: str) -> str:
    return empty("This part cannot be shown now", why)
