"""The calls of reports: whole files, as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from aurelius_kernel.client.asking import Asking, given

__all__ = ["Format", "ReportCalls"]

Format = Literal["pdf", "xlsx", "html", "json"]
PATIENCE = 180.0
"""Seconds that a report is waited for, which is drawn when it is first asked for."""


class ReportCalls(Asking):
    """What the platform can be asked for as a file."""

    def comparison_report(self, backtest_ids: Sequence[str], format: Format = "pdf") -> bytes:
        """Completed backtests side by side, over the bars that all of them have."""
        query = {"backtest_ids": ",".join(backtest_ids)}
        return self._transport.send("GET", f"/api/v1/comparisons/report.{format}", params=query, timeout=PATIENCE).content

    def portfolio_report(
        self,
        backtest_ids: Sequence[str],
        format: Format = "pdf",
        *,
        weights: Sequence[float] | None = None,
        rebalance: str = "never",
    ) -> bytes:
        """Completed backtests held together, in equal shares or those of `weights`."""
        shares = None if weights is None else ",".join(map(str, weights))
        query = given(backtest_ids=",".join(backtest_ids), weights=shares, rebalance=rebalance)
        return self._transport.send("GET", f"/api/v1/portfolios/report.{format}", params=query, timeout=PATIENCE).content

    def validation_report(self, validation_id: str, format: Format = "pdf") -> bytes:
        """A validation, with what the gates said last of its strategy."""
        return self._transport.send("GET", f"/api/v1/validation/{validation_id}/report.{format}", timeout=PATIENCE).content

    def backtest_table(self, backtest_id: str, table: Literal["trades", "orders", "equity"]) -> bytes:
        """A table of a backtest as CSV."""
        return self._transport.send("GET", f"/api/v1/backtests/{backtest_id}/{table}.csv", timeout=PATIENCE).content

    def backtest_paper(self, backtest_id: str) -> bytes:
        """The executed notebook of a backtest as PDF."""
        return self._transport.send("GET", f"/api/v1/backtests/{backtest_id}/notebook.pdf", timeout=PATIENCE).content

    def job_paper(self, job_id: str) -> bytes:
        """The executed notebook of a job as PDF."""
        return self._transport.send("GET", f"/api/v1/jobs/{job_id}/notebook.pdf", timeout=PATIENCE).content

    def notebook_paper(self, notebook: str) -> bytes:
        """A notebook of one's own as PDF, with the outputs that were saved in it."""
        query = {"notebook": notebook}
        return self._transport.send("GET", "/api/v1/notebooks/notebook.pdf", params=query, timeout=PATIENCE).content
