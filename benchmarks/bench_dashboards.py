"""Dashboards in Chromium: until the first byte, the skeleton, the whole page and its charts, beside plain Voilà, same notebook."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from playwright.sync_api import Browser, BrowserContext

from benchmarks.measure import Measured
from tests.support.chromium import browser
from tests.support.running import Person, free_port, people
from tests.support.visits import ROOT, Gallery, enter, some_work
from tests.support.waiting import until_the_end

ROUNDS = 5
PATIENCE = 60.0
CHART = "svg.bqplot path.line, .bqplot path.line"
WORDS = "performance.getEntriesByType('navigation')[0].toJSON()"
PAINT = "(performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime"
KERNEL = "JSON.parse(document.querySelector('#jupyter-config-data').textContent).kernelId"
REST = 4.0
"""Seconds between two openings: nobody opens pages faster, and a kernel can be made ready for the next."""
COMPILED_IN, IDLE = 240.0, 15.0
"""Seconds that are waited for the processors to be idle, and the percent of them that is as good as idle."""
HOLD_FOR = 500
"""Milliseconds that a page is left open, so that what it still fetches is counted."""


@dataclass(frozen=True)
class Opened:
    """One opening of a page: seconds from the click on, and kilobytes that came over the line."""

    first_byte: float
    painted: float
    complete: float
    live: float
    kilobytes: float


def bench_dashboards() -> Iterator[Measured]:
    """The page of one backtest with its charts, on the platform and by plain Voilà in turn, first and again."""
    with tempfile.TemporaryDirectory(prefix="aurelius-") as name, browser() as chromium, _gallery(Path(name)) as (server, person):
        made = some_work(person)
        until_the_end(person, f"/api/v1/backtests/{made['backtest_id']}/status")
        query = f"?backtest_id={made['backtest_id']}"
        with _plain_voila(Path(name), person) as plain:
            ours_at = f"{server.url}/voila/render/dashboards/backtest.ipynb{query}"
            ours, theirs = _in_turn(chromium, person, ours_at, f"{plain}/voila/render/backtest.ipynb{query}")
            yield from _speed(ours, theirs)
            yield from _memory(chromium, person, ours_at, f"{plain}/voila/render/backtest.ipynb{query}", Path(name))


def _until_quiet() -> None:
    """Wait until the processors have little to do: what is compiled once, where nothing was yet, is no part of a page."""
    deadline = time.monotonic() + COMPILED_IN
    while psutil.cpu_percent(interval=2.0) > IDLE and time.monotonic() < deadline:
        pass


def _speed(ours: list[list[Opened]], theirs: list[list[Opened]]) -> Iterator[Measured]:
    (first, again), (plain_first, plain_again) = ours, theirs
    for words, runs in (("opened first", first), ("opened again", again)):
        yield Measured(what=f"{words}: until the first byte", value=_middle(runs, "first_byte"), unit="s", at_most=0.2)
        yield Measured(what=f"{words}: until the skeleton is painted", value=_middle(runs, "painted"), unit="s", at_most=0.5)
        yield Measured(what=f"{words}: until the page is complete", value=_middle(runs, "complete"), unit="s", at_most=1.0)
        yield Measured(what=f"{words}: until its charts are live", value=_middle(runs, "live"), unit="s", at_most=2.2)
        yield Measured(
            what=f"{words}: transferred", value=_middle(runs, "kilobytes"), unit="kB", at_most=2_000 if runs is first else 100
        )
    for words, mine, plain in (("first", first, plain_first), ("again", again, plain_again)):
        yield Measured(what=f"plain Voilà, opened {words}: until the page is complete", value=_middle(plain, "complete"), unit="s")
        ratio = _middle(plain, "complete") / _middle(mine, "complete")
        yield Measured(what="… over ours", value=ratio, unit="×", at_least=3)
        ratio = _middle(plain, "live") / _middle(mine, "live")
        yield Measured(what="… charts, over ours", value=ratio, unit="×")
        yield Measured(what="… transferred", value=_middle(plain, "kilobytes"), unit="kB")


def _memory(chromium: Browser, person: Person, ours: str, theirs: str, folder: Path) -> Iterator[Measured]:
    """What the kernel of an open dashboard holds for itself, and its part of what is shared."""
    for words, address, runtime in (
        ("an open dashboard", ours, folder / "runtime"),
        ("… of plain Voilà", theirs, folder / "voila"),
    ):
        context = enter(chromium.new_context(), person)
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(CHART, timeout=1000 * PATIENCE, state="attached")
        started = next(runtime.rglob(f"kernel-{page.evaluate(KERNEL)}.json"))
        held = _process(json.loads(started.read_text())["shell_port"]).memory_full_info()
        yield Measured(what=f"memory of {words}, its own", value=held.uss / 2**20, unit="MB")
        yield Measured(what=f"memory of {words}, with its part of what is shared", value=held.pss / 2**20, unit="MB")
        context.close()


def _process(port: int) -> psutil.Process:
    """The kernel that listens there."""
    pids = {one.pid for one in psutil.net_connections("tcp") if one.status == "LISTEN" and one.laddr.port == port}
    return min((psutil.Process(pid) for pid in pids if pid), key=lambda process: -process.create_time())


def _in_turn(chromium: Browser, person: Person, ours: str, theirs: str) -> tuple[list[list[Opened]], list[list[Opened]]]:
    """Openings of both pages in turn, each first in a fresh browser and then again in the same."""
    found: dict[str, list[list[Opened]]] = {ours: [[], []], theirs: [[], []]}
    for address in (ours, theirs):  # once before anything is measured: servers make some things at their first page
        context = enter(chromium.new_context(), person)
        _opened(context, address)
        context.close()
    for _ in range(ROUNDS):
        for address in (ours, theirs):
            context = enter(chromium.new_context(viewport={"width": 1360, "height": 900}), person)
            for runs in found[address]:
                time.sleep(REST)
                runs.append(_opened(context, address))
            context.close()
    return found[ours], found[theirs]


def _opened(context: BrowserContext, address: str) -> Opened:
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    came: list[float] = []
    network.on("Network.loadingFinished", lambda told: came.append(told["encodedDataLength"]))
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(CHART, timeout=1000 * PATIENCE, state="attached")
    live = time.perf_counter() - began
    page.wait_for_load_state("load")
    page.wait_for_timeout(HOLD_FOR)
    times, painted = page.evaluate(WORDS), page.evaluate(PAINT)
    page.close(run_before_unload=False)
    return Opened(times["responseStart"] / 1e3, painted / 1e3, times["responseEnd"] / 1e3, live, sum(came) / 1e3)


def _middle(runs: list[Opened], name: str) -> float:
    return statistics.median(getattr(one, name) for one in runs)


@contextmanager
def _gallery(folder: Path) -> Iterator[tuple[Gallery, Person]]:
    """The platform, warm, and its admin."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "var/numba"))
    server = Gallery(folder).prepare().start()
    _until_quiet()
    try:
        yield server, people(server)["admin"]
    finally:
        server.stop()


@contextmanager
def _plain_voila(folder: Path, person: Person) -> Iterator[str]:
    """Voilà by itself with its stock template, on the same notebook with Jupyter's own kernel, as the same account."""
    notebooks, temporary = folder / "plain", folder / "voila"
    notebooks.mkdir()
    temporary.mkdir()
    notebook = json.loads((ROOT / "dashboards/backtest.ipynb").read_text())
    notebook["metadata"] = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (notebooks / "backtest.ipynb").write_text(json.dumps(notebook))
    port = free_port()
    environment = {
        **os.environ, "AURELIUS_HOME": str(folder / "home"), "AURELIUS_URL": person.server.url, "PYTHONPATH": str(ROOT),
        "AURELIUS_TOKEN": person.tokens["access_token"], "JUPYTER_RUNTIME_DIR": str(temporary), "TMPDIR": str(temporary),
        "JUPYTER_CONFIG_DIR": str(folder / "no-config"), "AURELIUS_WARM_KERNELS": "off",
    }  # fmt: skip
    command = [sys.executable, "-m", "voila", str(notebooks), "--no-browser", f"--port={port}", "--template=lab"]
    with (folder / "voila.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=notebooks)
    try:
        yield _answering(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(notebooks)


def _answering(url: str) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return url
    raise TimeoutError("plain Voilà did not start")
