"""How a backtest shows itself in a notebook, and what its `plot` and `report` do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aurelius_kernel import reporting, views
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.reporting.card import html_card, text_card
from aurelius_kernel.reporting.trials_beside import tried

if TYPE_CHECKING:
    from aurelius_kernel.views.theme import Chart

__all__ = ["BacktestPresenter"]


class BacktestPresenter:
    """Shows a BacktestResult as figure, PDF, JSON, HTML or text.

    A result is often displayed and seldom drawn or printed: matplotlib and typst are loaded by `plot` and `report` only.
    """

    def plot(self, record: BacktestResult) -> Chart:
        """Equity and drawdown against buy and hold, as a matplotlib figure."""
        return views.equity_and_drawdown(record)

    def report(self, record: BacktestResult, path: str | Path, **options: Any) -> Path:
        """The tear sheet in the format that the path's ending names: .pdf, .html, .xlsx or .json; `options` are the writer's."""
        writers: dict[str, Callable[..., Path]] = {
            ".pdf": reporting.write_pdf,
            ".html": reporting.write_html,
            ".xlsx": reporting.write_xlsx,
            ".json": reporting.write_json,
        }
        write = writers.get(Path(path).suffix.lower())
        if write is None:
            raise InvalidField.of("path", f"must end in .pdf, .html, .xlsx or .json, not {Path(path).name!r}")
        if options.get("trials") is None:
            options["trials"] = tried(record)
        return write(record, path, **options)

    def mimebundle(self, record: BacktestResult) -> dict[str, str]:
        """A card with the main numbers and a small curve, and the same as text."""
        return {"text/html": html_card(record), "text/plain": text_card(record)}
