"""A number in a table on a ground whose colour says how much it is."""

from __future__ import annotations

import math

from aurelius_kernel.views.markup import Html, markup

__all__ = ["heat_cell"]

DEEPEST = 42


def heat_cell(text: str, value: float | None, reach: float) -> Html:
    """The text, blue above zero and ochre below it, the deeper the nearer `value` is to `reach`; plain where there is no number."""
    if value is None or not math.isfinite(value) or not reach:
        return Html(markup(text))
    share = round(min(abs(value) / reach, 1.0) * DEEPEST)
    ground = "var(--line-1, #0f5c9e)" if value > 0 else "var(--line-2, #b45a1c)"
    return Html(f"<span class='heat' style='background:color-mix(in srgb, {ground} {share}%, transparent)'>{markup(text)}</span>")
