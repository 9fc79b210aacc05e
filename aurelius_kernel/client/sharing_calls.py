"""The calls of sharing: who else may read what is one's own."""

from __future__ import annotations

from aurelius_kernel.client import records
from aurelius_kernel.client.asking import Asking, given

__all__ = ["SharingCalls"]


class SharingCalls(Asking):
    """What is shared with whom."""

    def strategy_shares(self, strategy_id: str) -> records.Shares:
        """Whom a strategy of one's own is shared with."""
        return self._ask(records.Shares, "GET", f"/api/v1/strategies/{strategy_id}/shares/")

    def share_strategy(self, strategy_id: str, *, email: str | None = None, team: str | None = None) -> records.Share:
        """Share a strategy with an account or a team, who may then read it and hear of it."""
        return self._ask(records.Share, "POST", f"/api/v1/strategies/{strategy_id}/shares/", json=given(email=email, team=team))

    def unshare_strategy(self, strategy_id: str, share_id: str) -> None:
        """Take a share of a strategy back."""
        self._transport.send("DELETE", f"/api/v1/strategies/{strategy_id}/shares/{share_id}")

    def backtest_shares(self, backtest_id: str) -> records.Shares:
        """Whom a backtest of one's own is shared with."""
        return self._ask(records.Shares, "GET", f"/api/v1/backtests/{backtest_id}/shares/")

    def share_backtest(self, backtest_id: str, *, email: str | None = None, team: str | None = None) -> records.Share:
        """Share a backtest with an account or a team, who may then read it and hear of it."""
        return self._ask(records.Share, "POST", f"/api/v1/backtests/{backtest_id}/shares/", json=given(email=email, team=team))

    def unshare_backtest(self, backtest_id: str, share_id: str) -> None:
        """Take a share of a backtest back."""
        self._transport.send("DELETE", f"/api/v1/backtests/{backtest_id}/shares/{share_id}")

    def sweep_shares(self, sweep_id: str) -> records.Shares:
        """Whom a sweep of one's own is shared with."""
        return self._ask(records.Shares, "GET", f"/api/v1/sweeps/{sweep_id}/shares/")

    def share_sweep(self, sweep_id: str, *, email: str | None = None, team: str | None = None) -> records.Share:
        """Share a sweep with an account or a team, who may then read it and hear of it."""
        return self._ask(records.Share, "POST", f"/api/v1/sweeps/{sweep_id}/shares/", json=given(email=email, team=team))

    def unshare_sweep(self, sweep_id: str, share_id: str) -> None:
        """Take a share of a sweep back."""
        self._transport.send("DELETE", f"/api/v1/sweeps/{sweep_id}/shares/{share_id}")

    def job_shares(self, job_id: str) -> records.Shares:
        """Whom a job of one's own is shared with."""
        return self._ask(records.Shares, "GET", f"/api/v1/jobs/{job_id}/shares/")

    def share_job(self, job_id: str, *, email: str | None = None, team: str | None = None) -> records.Share:
        """Share a job with an account or a team, who may then read it and hear of it."""
        return self._ask(records.Share, "POST", f"/api/v1/jobs/{job_id}/shares/", json=given(email=email, team=team))

    def unshare_job(self, job_id: str, share_id: str) -> None:
        """Take a share of a job back."""
        self._transport.send("DELETE", f"/api/v1/jobs/{job_id}/shares/{share_id}")

    def schedule_shares(self, schedule_id: str) -> records.Shares:
        """Whom a schedule of one's own is shared with."""
        return self._ask(records.Shares, "GET", f"/api/v1/schedules/{schedule_id}/shares/")

    def share_schedule(self, schedule_id: str, *, email: str | None = None, team: str | None = None) -> records.Share:
        """Share a schedule with an account or a team, who may then read it and hear of it."""
        return self._ask(records.Share, "POST", f"/api/v1/schedules/{schedule_id}/shares/", json=given(email=email, team=team))

    def unshare_schedule(self, schedule_id: str, share_id: str) -> None:
        """Take a share of a schedule back."""
        self._transport.send("DELETE", f"/api/v1/schedules/{schedule_id}/shares/{share_id}")
