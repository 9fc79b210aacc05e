"""Take the pictures of every dashboard, light and dark, from a real server with work on it: `python -m docs.dashboard_pictures`."""

from __future__ import annotations

import io
import os
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
COLOURS = 128
SETTLE = 700
"""Milliseconds for charts to take their place."""
OTHERS = (("AAPL", 20, 60), ("MSFT", 15, 45))


def main() -> int:
    """Write the pictures and name each with its size."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ["AURELIUS_WARM_KERNELS"] = "on"
    with tempfile.TemporaryDirectory(prefix="aurelius-") as name, browser() as chromium:
        server = Gallery(Path(name)).prepare().start()
        try:
            person = people(server.wait_until_warm(), "analyst-a")["analyst-a"]
            asked = work_of(person)
            context = enter(chromium.new_context(viewport=SIZE, device_scale_factor=1), person)
            for path in pictures(Visit.of(context, server.url), asked):
                print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB", flush=True)
        finally:
            server.stop()
    return 0


def work_of(person: Person) -> dict[str, str]:
    """Something on every page: backtests, a validation, a sweep and the gates of one strategy; gives what pages are asked for."""
    made = some_work(person)
    for instrument, fast, slow in OTHERS:
        try_to(person, "/api/v1/backtests/run", {"strategy_id": made["strategy_id"], "instruments": [instrument]})
        some_work(person, fast=fast, slow=slow)
    until_the_end(person, f"/api/v1/backtests/{made['backtest_id']}/status")
    asked = {"backtest_id": made["backtest_id"], "strategy_id": made["strategy_id"]}
    checked = try_to(person, "/api/v1/validation/run", {"strategy_id": made["strategy_id"], "instruments": ["GOOG"]})
    if "validation_id" in checked:
        until_the_end(person, f"/api/v1/validation/{checked['validation_id']}/status", seconds=300)
        asked["validation_id"] = checked["validation_id"]
    return asked


def try_to(person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What the platform answers; nothing where it refuses: a page is then shown without it."""
    answer = person.post(path, body)
    found: dict[str, Any] = answer.json() if answer.is_success else {}
    return found


def pictures(visit: Visit, asked: dict[str, str]) -> Iterator[Path]:
    """A picture of each page in each theme."""
    for page in pages_in(ROOT / "dashboards"):
        name = page.file.removesuffix(".ipynb")
        visit.open(name, **({} if page.listed else asked))
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
