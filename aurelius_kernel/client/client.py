"""The platform's HTTP API, call by call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from aurelius_kernel.client import records
from aurelius_kernel.client.asking import given
from aurelius_kernel.client.event_stream import EventStream
from aurelius_kernel.client.evidence_calls import EvidenceCalls
from aurelius_kernel.client.report_calls import ReportCalls
from aurelius_kernel.client.sharing_calls import SharingCalls
from aurelius_kernel.client.surroundings import surroundings
from aurelius_kernel.client.transport import Transport

__all__ = ["Client"]


class Client(EvidenceCalls, ReportCalls, SharingCalls):
    """Everything the platform can be asked, as one account.

    Sign in by `login`, or give an access token or an API key. Without arguments it is the platform that started this kernel, as
    the kernel's owner. A refusal raises ApiError, whose `code` and `fields` say why.
    """

    def __init__(
        self, url: str | None = None, *, api_key: str | None = None, token: str | None = None, timeout: float = 30.0
    ) -> None:
        if url is None:
            url, token = surroundings(token)
        self._transport = Transport(url, api_key=api_key, token=token, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()

    def health(self) -> records.Health:
        """How each component of the platform does."""
        return self._ask(records.Health, "GET", "/health")

    def status(self) -> records.Health:
        """The same, under the API's own path."""
        return self._ask(records.Health, "GET", "/api/v1/status")

    def openapi(self) -> dict[str, Any]:
        """The API's own document."""
        document: dict[str, Any] = self._transport.send("GET", "/api/v1/openapi.json").json()
        return document

    def register(self, email: str, password: str, name: str, *, invitation: str | None = None) -> records.User:
        """Make an account and sign in."""
        return self._enter("register", email=email, password=password, name=name, invitation=invitation)

    def login(self, email: str, password: str) -> records.User:
        """Sign in."""
        return self._enter("login", email=email, password=password)

    def refresh(self, refresh_token: str) -> records.User:
        """Sign in by a refresh token, which is spent."""
        return self._enter("refresh", refresh_token=refresh_token)

    def logout(self) -> None:
        """End this session."""
        self._transport.send("POST", "/api/auth/logout")

    def logout_all(self) -> None:
        """End every session of the account."""
        self._transport.send("POST", "/api/auth/logout-all")

    def verify(self) -> records.User:
        """Whose session this is."""
        return self.session().user

    def permissions(self) -> frozenset[str]:
        """What this session may do, as `research:run`; the platform asks again at each call."""
        return frozenset(self.session().permissions)

    def session(self) -> records.Verified:
        """Whose session this is and what it may do, in one answer."""
        return self._ask(records.Verified, "GET", "/api/auth/verify")

    def change_password(self, current_password: str, new_password: str) -> None:
        """Another password; every other session ends."""
        body = {"current_password": current_password, "new_password": new_password}
        self._transport.send("POST", "/api/auth/change-password", json=body)

    def ws_ticket(self) -> records.Ticket:
        """A ticket that opens one WebSocket within thirty seconds."""
        return self._ask(records.Ticket, "POST", "/api/auth/ws-ticket")

    def users(self, *, role: str | None = None, q: str | None = None, skip: int = 0, limit: int = 50) -> records.Users:
        """The accounts, newest first."""
        return self._ask(records.Users, "GET", "/api/auth/users/", params=given(role=role, q=q, skip=skip, limit=limit))

    def create_user(self, email: str, password: str, name: str, *, role: str = "analyst", team: str | None = None) -> records.User:
        """An account for somebody."""
        body = {"email": email, "password": password, "name": name, "role": role, "team": team}
        return self._ask(records.User, "POST", "/api/auth/users/", json=body)

    def user(self, user_id: str) -> records.User:
        """One account."""
        return self._ask(records.User, "GET", f"/api/auth/users/{user_id}")

    def change_user(self, user_id: str, **change: Any) -> records.User:
        """An account with another `name`, `role`, `team` or `is_active`."""
        return self._ask(records.User, "PATCH", f"/api/auth/users/{user_id}", json=change)

    def remove_user(self, user_id: str) -> None:
        """Switch an account off."""
        self._transport.send("DELETE", f"/api/auth/users/{user_id}")

    def invitations(self, *, skip: int = 0, limit: int = 50) -> records.Invitations:
        """The invitations, newest first."""
        return self._ask(records.Invitations, "GET", "/api/auth/invitations/", params=given(skip=skip, limit=limit))

    def invite(self, *, role: str = "analyst", team: str | None = None, days: int = 7) -> records.Invitation:
        """An invitation; its link is shown this once."""
        return self._ask(records.Invitation, "POST", "/api/auth/invitations/", json={"role": role, "team": team, "days": days})

    def withdraw_invitation(self, invitation_id: str) -> None:
        """Take an invitation back."""
        self._transport.send("DELETE", f"/api/auth/invitations/{invitation_id}")

    def audit(self, *, skip: int = 0, limit: int = 50) -> records.AuditList:
        """Who did what, newest first."""
        return self._ask(records.AuditList, "GET", "/api/auth/audit/", params=given(skip=skip, limit=limit))

    def strategies(
        self, *, type: str | None = None, status: str | None = None, q: str | None = None, skip: int = 0, limit: int = 50
    ) -> records.Strategies:
        """The strategies, newest first."""
        query = given(type=type, status=status, q=q, skip=skip, limit=limit)
        return self._ask(records.Strategies, "GET", "/api/v1/strategies/", params=query)

    def create_strategy(self, name: str, strategy_type: str, **parameters: Any) -> records.Strategy:
        """A strategy of a registered family."""
        body = {"name": name, "strategy_type": strategy_type, "parameters": parameters}
        return self._ask(records.Strategy, "POST", "/api/v1/strategies/", json=body)

    def strategy(self, strategy_id: str) -> records.StrategyDetail:
        """One strategy with every version it had."""
        return self._ask(records.StrategyDetail, "GET", f"/api/v1/strategies/{strategy_id}")

    def change_strategy(self, strategy_id: str, **change: Any) -> records.Strategy:
        """A strategy with another `name` or `status`, or other `parameters`."""
        return self._ask(records.Strategy, "PATCH", f"/api/v1/strategies/{strategy_id}", json=change)

    def delete_strategy(self, strategy_id: str) -> None:
        """Delete a strategy; one that has runs is archived."""
        self._transport.send("DELETE", f"/api/v1/strategies/{strategy_id}")

    def validate_strategy(self, strategy_id: str) -> records.Validity:
        """Whether a strategy can be run as it is."""
        return self._ask(records.Validity, "POST", f"/api/v1/strategies/{strategy_id}/validate")

    def strategy_types(self) -> list[records.Family]:
        """Every family with its parameters."""
        return self._ask(records.Families, "GET", "/api/v1/strategy-types").strategy_types

    def run_backtest(self, strategy_id: str, **asked: Any) -> records.BacktestQueued:
        """Run a strategy over bars: `start_date`, `end_date`, `initial_capital`, `instruments`, `seed`, `costs` and so on."""
        body = {"strategy_id": strategy_id, **asked}
        return self._ask(records.BacktestQueued, "POST", "/api/v1/backtests/run", json=body)

    def backtests(
        self, *, strategy_id: str | None = None, status: str | None = None, skip: int = 0, limit: int = 50
    ) -> records.Backtests:
        """The backtests, newest first."""
        query = given(strategy_id=strategy_id, status=status, skip=skip, limit=limit)
        return self._ask(records.Backtests, "GET", "/api/v1/backtests/", params=query)

    def backtest(self, backtest_id: str) -> records.BacktestDetail:
        """One backtest with its trades and its equity."""
        return self._ask(records.BacktestDetail, "GET", f"/api/v1/backtests/{backtest_id}")

    def backtest_status(self, backtest_id: str) -> records.BacktestStatus:
        """How far a backtest is."""
        return self._ask(records.BacktestStatus, "GET", f"/api/v1/backtests/{backtest_id}/status")

    def cancel_backtest(self, backtest_id: str) -> records.BacktestStatus:
        """Cancel a backtest that waits or runs."""
        return self._ask(records.BacktestStatus, "POST", f"/api/v1/backtests/{backtest_id}/cancel")

    def replay(self, *, spec_hash: str, data_hash: str, seed: int, engine_version: str) -> records.BacktestDetail:
        """The backtest that was this very run."""
        query = {"spec_hash": spec_hash, "data_hash": data_hash, "seed": seed, "engine_version": engine_version}
        return self._ask(records.BacktestDetail, "GET", "/api/v1/backtests/audit/replay", params=query)

    def backtest_pdf(self, backtest_id: str) -> bytes:
        """The tear sheet of a backtest."""
        return self._transport.send("GET", f"/api/v1/backtests/{backtest_id}/report.pdf").content

    def backtest_workbook(self, backtest_id: str) -> bytes:
        """A backtest as a workbook."""
        return self._transport.send("GET", f"/api/v1/backtests/{backtest_id}/report.xlsx").content

    def backtest_page(self, backtest_id: str) -> bytes:
        """The tear sheet of a backtest as one page that stands by itself."""
        return self._transport.send("GET", f"/api/v1/backtests/{backtest_id}/report.html").content

    def backtest_numbers(self, backtest_id: str) -> dict[str, Any]:
        """The numbers of a backtest's tear sheet."""
        numbers: dict[str, Any] = self._transport.send("GET", f"/api/v1/backtests/{backtest_id}/report.json").json()
        return numbers

    def backtest_notebook(self, backtest_id: str) -> bytes:
        """The executed notebook of a backtest."""
        return self._transport.send("GET", f"/api/v1/backtests/{backtest_id}/notebook.ipynb").content

    def run_sweep(self, strategy_type: str, **asked: Any) -> records.SweepQueued:
        """Run a family under many parameter sets: `grid` or `ranges`, `instruments`, `objective` and so on."""
        return self._ask(records.SweepQueued, "POST", "/api/v1/sweeps/run", json={"strategy_type": strategy_type, **asked})

    def sweep(self, sweep_id: str) -> records.Sweep:
        """One sweep: its best, its surface, and how many trials it counted."""
        return self._ask(records.Sweep, "GET", f"/api/v1/sweeps/{sweep_id}")

    def sweeps(
        self, *, strategy_type: str | None = None, status: str | None = None, skip: int = 0, limit: int = 50
    ) -> records.Sweeps:
        """The sweeps, newest first."""
        query = given(strategy_type=strategy_type, status=status, skip=skip, limit=limit)
        return self._ask(records.Sweeps, "GET", "/api/v1/sweeps/", params=query)

    def sweep_table(self, sweep_id: str, *, limit: int = 100_000) -> bytes:
        """Every combination of a sweep with its metrics as CSV, rates as percent numbers, the best first."""
        return self._transport.send("GET", f"/api/v1/sweeps/{sweep_id}/table.csv", params={"limit": limit}).content

    def run_notebook(
        self, notebook: str, parameters: Mapping[str, Any] | None = None, *, timeout: float | None = None, priority: int = 0
    ) -> records.JobQueued:
        """Run a notebook as a job: a shipped one by its name, one's own by its path in the platform's folder."""
        body = {"notebook": notebook, "parameters": dict(parameters or {}), "timeout": timeout, "priority": priority}
        return self._ask(records.JobQueued, "POST", "/api/v1/jobs/", json=body)

    def jobs(self, *, status: str | None = None, kind: str | None = None, skip: int = 0, limit: int = 50) -> records.Jobs:
        """The jobs, newest first."""
        query = given(status=status, kind=kind, skip=skip, limit=limit)
        return self._ask(records.Jobs, "GET", "/api/v1/jobs/", params=query)

    def job(self, job_id: str) -> records.Job:
        """One job."""
        return self._ask(records.Job, "GET", f"/api/v1/jobs/{job_id}")

    def cancel_job(self, job_id: str) -> records.JobQueued:
        """Cancel a job that waits or runs."""
        return self._ask(records.JobQueued, "POST", f"/api/v1/jobs/{job_id}/cancel")

    def retry_job(self, job_id: str) -> records.JobQueued:
        """Queue a job again that failed or was cancelled, as it was asked."""
        return self._ask(records.JobQueued, "POST", f"/api/v1/jobs/{job_id}/retry")

    def job_log(self, job_id: str) -> records.JobLog:
        """What a job printed."""
        return self._ask(records.JobLog, "GET", f"/api/v1/jobs/{job_id}/log")

    def notebooks(self, notebook: str | None = None) -> list[records.Notebook]:
        """The shipped notebooks that can be run as jobs, with their parameters, or just one: by its path if it is one's own."""
        return self._ask(records.Notebooks, "GET", "/api/v1/notebooks/", params=given(notebook=notebook)).notebooks

    def schedules(self, *, is_paused: bool | None = None, skip: int = 0, limit: int = 50) -> records.Schedules:
        """The schedules, newest first."""
        query = given(is_paused=is_paused, skip=skip, limit=limit)
        return self._ask(records.Schedules, "GET", "/api/v1/schedules/", params=query)

    def create_schedule(
        self, name: str, notebook: str, parameters: Mapping[str, Any] | None = None, **when: Any
    ) -> records.Schedule:
        """A notebook that runs by `cron` and `timezone`, by `interval_seconds`, or by the sessions of a `calendar`."""
        body = {"name": name, "notebook": notebook, "parameters": dict(parameters or {}), **when}
        return self._ask(records.Schedule, "POST", "/api/v1/schedules/", json=body)

    def schedule(self, schedule_id: str) -> records.Schedule:
        """One schedule with its next five times."""
        return self._ask(records.Schedule, "GET", f"/api/v1/schedules/{schedule_id}")

    def change_schedule(self, schedule_id: str, **change: Any) -> records.Schedule:
        """A schedule that is paused (`is_paused`), goes on, or is due at other times."""
        return self._ask(records.Schedule, "PATCH", f"/api/v1/schedules/{schedule_id}", json=change)

    def delete_schedule(self, schedule_id: str) -> None:
        """Delete a schedule; the jobs it started stay."""
        self._transport.send("DELETE", f"/api/v1/schedules/{schedule_id}")

    def run_schedule(self, schedule_id: str) -> records.ScheduleRun:
        """Run a schedule's notebook now."""
        return self._ask(records.ScheduleRun, "POST", f"/api/v1/schedules/{schedule_id}/run")

    def schedule_runs(self, schedule_id: str, *, skip: int = 0, limit: int = 50) -> records.ScheduleRuns:
        """What came of a schedule, newest first."""
        query = given(skip=skip, limit=limit)
        return self._ask(records.ScheduleRuns, "GET", f"/api/v1/schedules/{schedule_id}/runs/", params=query)

    def instruments(
        self, *, q: str | None = None, frequency: str | None = None, skip: int = 0, limit: int = 50
    ) -> records.Instruments:
        """The instruments of the catalogue."""
        query = given(q=q, frequency=frequency, skip=skip, limit=limit)
        return self._ask(records.Instruments, "GET", "/api/v1/data/instruments", params=query)

    def bars(self, instrument: str, **query: Any) -> records.BarsPage:
        """The bars of an instrument: `start`, `end`, `frequency`, `source`, `skip`, `limit`."""
        return self._ask(records.BarsPage, "GET", f"/api/v1/data/{instrument}/bars", params=given(**query))

    def import_bars(self, file: str | Path, instrument: str, **options: Any) -> records.Imported:
        """Put a CSV or Parquet file into the platform's catalogue."""
        headers = {"Content-Type": "application/octet-stream"}
        sent = {"params": given(instrument=instrument, **options), "content": Path(file).read_bytes(), "headers": headers}
        return self._ask(records.Imported, "POST", "/api/v1/data/import", **sent)

    def event_page(self, *, after: int = 0, limit: int = 100) -> records.EventPage:
        """Events after a number, once."""
        return self._ask(records.EventPage, "GET", "/api/v1/events", params=given(after=after, limit=limit))

    def events(
        self, *, after: int | None = 0, epoch: str | None = None, types: Sequence[str] | None = None, **fields: str
    ) -> EventStream:
        """Events after a number and from then on, without end; None is from now on. A lost connection is taken up again."""
        return EventStream(self._transport, after=after, epoch=epoch, types=types, fields=fields)

    def socket_stats(self) -> records.SocketStats:
        """What goes on at the platform's event sockets."""
        return self._ask(records.SocketStats, "GET", "/ws/stats")

    def _enter(self, call: str, **body: Any) -> records.User:
        signed = self._transport.ask(records.SignedIn, "POST", f"/api/auth/{call}", json=given(**body))
        self._transport.sign_in(signed.access_token, signed.refresh_token)
        return signed.user
