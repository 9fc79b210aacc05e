"""Take the pictures of every dashboard, light and dark, from a real server with work on it: `python -m docs.dashboard_pictures`."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from server_ext.dashboards import pages_in
from tests.support.chromium import browser
from tests.support.running import Person, people
from tests.support.visits import ROOT, Gallery, Visit, enter, some_work
from tests.support.waiting import until_the_end

FOLDER = ROOT / "docs/images/dashboards"
SIZE = {"width": 1280, "height": 860}
TALLEST = 1_700
COLOURS = 256
FINDING_OUT = "main p.soft[role=status]"
"""A part that takes seconds to find out, a scorecard of gates for instance; its picture is taken once it is known."""
SETTLE = 700
"""Milliseconds for charts to take their place."""
RUNS = (("GOOG", 10, 30), ("AAPL", 20, 60), ("MSFT", 15, 45))
GRID = {"fast": [5, 10, 15, 20, 25, 30], "slow": [40, 60, 80, 100, 120]}


def main() -> int:
    """Write the pictures and name each with its size."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="aurelius-") as name, browser() as chromium:
        server = Gallery(Path(name)).prepare().start()
        try:
            person = people(server, "analyst-a")["analyst-a"]
            asked = work_of(person)
            context = enter(chromium.new_context(viewport=SIZE, device_scale_factor=1), person)
            for path in pictures(Visit.of(context, server.url), asked):
                print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB", flush=True)
        finally:
            server.stop()
    return 0


def work_of(person: Person) -> dict[str, str]:
    """Something on every page: backtests, a validation, a sweep and the gates of one strategy; gives what pages are asked for."""
    made = [some_work(person, instrument, fast=fast, slow=slow) for instrument, fast, slow in RUNS]
    strategy_id, backtest_id = made[0]["strategy_id"], made[0]["backtest_id"]
    validation = asked_for(person, "/api/v1/validation/run", {"strategy_id": strategy_id, "instruments": ["GOOG"]})
    sweep = asked_for(person, "/api/v1/sweeps/run", {"strategy_type": "trend_following", "grid": GRID, "instruments": ["GOOG"]})
    for queued in (*made, validation, sweep):
        until_the_end(person, f"/api/v1/jobs/{queued['job_id']}", seconds=300)
    for gate in ("dev-gate", "crv-gate", "product-gate"):
        asked_for(person, f"/api/v1/gates/{gate}", {"strategy_id": strategy_id, "backtest_id": backtest_id})
    several = ",".join(one["backtest_id"] for one in made)
    found = {"validation_id": validation["validation_id"], "sweep_id": sweep["sweep_id"], "backtest_ids": several}
    return {"strategy_id": strategy_id, "backtest_id": backtest_id, **found}


def asked_for(person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What the platform answers; raises HTTPStatusError where it refuses."""
    answer: dict[str, Any] = person.post(path, body, timeout=120).raise_for_status().json()
    return answer


def pictures(visit: Visit, asked: dict[str, str]) -> Iterator[Path]:
    """A picture of each page in each theme."""
    for page in pages_in(ROOT / "dashboards"):
        name = page.file.removesuffix(".ipynb")
        visit.open(name, **asked)
        visit.page.wait_for_selector(FINDING_OUT, state="detached", timeout=120_000)
        for theme in ("light", "dark"):
            visit.page.evaluate("theme => window.aureliusTheme(theme)", theme)
            visit.page.wait_for_timeout(SETTLE)
            yield saved(visit.page.screenshot(full_page=True), FOLDER / f"{name}-{theme}.png")


def saved(picture: bytes, path: Path) -> Path:
    """The picture in few colours, cut where it grows too tall."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, TALLEST)))
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


if __name__ == "__main__":
    sys.exit(main())
