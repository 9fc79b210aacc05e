"""Visits to the dashboards: a server that has work to show, and browsers in which people are signed in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

from tests.support.running import Person, Server
from tests.support.warm import warm

ROOT = Path(__file__).parents[2]
WORKING = {"AURELIUS_JOBS_AT_START": "true", "AURELIUS_ACCESS_TOKEN_SECONDS": "3600"}


@dataclass
class Gallery(Server):
    """A server with the shipped dashboards, market data, and kernels that start warm."""

    def prepare(self) -> Gallery:
        """Put market data in place."""
        self.environment = {**warm(), **WORKING, **self.environment}
        environment = {**os.environ, **self.environment, "AURELIUS_HOME": str(self.folder / "home")}
        command = [sys.executable, "-m", "server_ext.cli", "data", "samples"]
        subprocess.run(command, env=environment, capture_output=True, check=True, timeout=300)
        return self

    def lay_out(self) -> None:
        """Put the shipped pages in place."""
        shutil.copytree(ROOT / "dashboards", self.folder / "notebooks/dashboards", dirs_exist_ok=True)


@dataclass
class Visit:
    """A page in somebody's browser, and what it complained of or fetched on the way."""

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list, repr=False)
    answers: list[Response] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, context: BrowserContext, url: str) -> Visit:
        visit = cls(context.new_page(), url)
        visit.page.on("console", visit._said)
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        visit.page.on("request", visit._asked)
        visit.page.on("response", visit._answered)
        return visit

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.outside.append(request.url)

    def _answered(self, response: Response) -> None:
        self.answers.append(response)

    def open(self, name: str, **asked: str) -> Visit:
        """Go to a dashboard and wait until every part of it is drawn."""
        query = "&".join(f"{key}={value}" for key, value in asked.items())
        self.page.goto(f"{self.url}/voila/render/dashboards/{name}.ipynb{'?' + query if query else ''}", wait_until="commit")
        return self.until_drawn()

    def until_drawn(self) -> Visit:
        self.page.wait_for_function("window.aurelius && window.aurelius.isDrawn()", timeout=60_000)
        return self

    def shows(self, text: str, seconds: float = 20) -> None:
        """Wait until the page says so."""
        said = "text => document.querySelector('main').innerText.includes(text)"
        self.page.wait_for_function(said, arg=text, timeout=1000 * seconds)

    def text(self) -> str:
        return self.page.inner_text("main")


def enter(context: BrowserContext, person: Person) -> BrowserContext:
    """Sign somebody in by the login page's own form, without drawing it."""
    cookies = person.browser().http.cookies.jar
    context.add_cookies([{"name": one.name, "value": one.value, "url": person.server.url} for one in cookies])
    return context


def some_work(person: Person, instrument: str = "GOOG", **parameters: Any) -> dict[str, Any]:
    """A strategy of theirs, and a backtest of it that was asked for."""
    lengths = {"fast": 10, "slow": 30, **parameters}
    asked = {"name": f"Trend on {instrument}", "strategy_type": "trend_following", "parameters": lengths}
    strategy = person.post("/api/v1/strategies/", asked).raise_for_status().json()
    run = {"strategy_id": strategy["id"], "instruments": [instrument]}
    queued = person.post("/api/v1/backtests/run", run).raise_for_status().json()
    return {"strategy_id": strategy["id"], **queued}
