"""How a backtest shows itself in a notebook, and what its `plot` and `report` do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aurelius_kernel import reporting, views
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.reporting.card import html_card, text_card

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
        """The tear sheet at a path that ends in .pdf, its numbers at one that ends in .json; `options` are those of the writer."""
        ending = Path(path).suffix.lower()
        if ending == ".pdf":
            return reporting.write_pdf(record, path, **options)
        if ending == ".json":
            return reporting.write_json(record, path, **options)
        raise InvalidField.of("path", f"must end in .pdf or .json, not {Path(path).name!r}")

    def mimebundle(self, record: BacktestResult) -> dict[str, str]:
        """A card with the main numbers and a small curve, and the same as text."""
        return {"text/html": html_card(record), "text/plain": text_card(record)}
