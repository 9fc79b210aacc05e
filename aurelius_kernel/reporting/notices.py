"""What a reader must know before trusting a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aurelius_kernel.model import BacktestResult
from aurelius_kernel.views.numerals import count, plural

__all__ = ["notices", "notices_of"]

SENTENCES = {
    "same_bar_fill": "Orders fill at the close of the very bar that decided them: a price that nobody can know and trade at once.",
    "close_only": "The data has closing prices only: orders fill at the next close, and stops act on closes.",
    "bankrupt": "The account fell to zero or below: every position was closed at that bar, and nothing was traded after it.",
    "mixed_calendars": "The instruments follow different calendars; on a day without a bar, one is valued at its last close.",
    "mixed_adjustment": "The instruments' prices are not adjusted alike for splits and dividends: returns do not compare.",
    "holdout_cut": "The data ends before a locked last stretch, which only a gate may look at.",
    "holdout_opened": "A gate was shown the locked last stretch of the data: this look is counted.",
    "mixed_fidelity": "Of some instruments only closes are known: their stops act on closes, those of the others inside the bar.",
}
WITHOUT_COUNTS = {
    "orders_cut": "Orders went beyond the leverage limit, and were cut or refused.",
    "open_at_end": "Trades were still open on the last bar, valued at its close: that profit is not realised.",
}


def notices(summary: Mapping[str, Any]) -> list[str]:
    """One sentence for each flag of the run, with the run's own counts where they matter."""
    counted = {"orders_cut": _orders_cut, "open_at_end": _open_at_end}
    return [counted[flag](summary) if flag in counted else _plain(flag) for flag in summary["flags"]]


def notices_of(results: Mapping[str, BacktestResult]) -> list[str]:
    """One sentence for each flag that any of several runs has, and which of them have it; without counts of their own."""
    flagged: dict[str, list[str]] = {}
    for name, result in results.items():
        for flag in result.flags:
            flagged.setdefault(flag, []).append(name)
    return [f"{', '.join(names)}: {WITHOUT_COUNTS.get(flag) or _plain(flag)}" for flag, names in flagged.items()]


def _plain(flag: str) -> str:
    return SENTENCES.get(flag, f"The run is flagged {flag}.")


def _orders_cut(summary: Mapping[str, Any]) -> str:
    orders, leverage = summary["orders"], summary["spec"]["leverage"]
    limit = f"the leverage limit of {leverage:g}× equity"
    return f"Orders went beyond {limit}: {count(orders['cut'])} were cut and {count(orders['refused'])} refused."


def _open_at_end(summary: Mapping[str, Any]) -> str:
    still_open = plural(summary["trades"]["open"], "trade")
    return f"{still_open} still open on the last bar, valued at its close: that profit is not realised."
