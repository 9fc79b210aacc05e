"""`aurelius doctor`: what is installed, what is missing, and how to get it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import click
from jupyter_client.kernelspec import find_kernel_specs
from packaging.requirements import Requirement
from rich.text import Text

from aurelius_kernel.artifacts import Store
from aurelius_kernel.assets import asset
from aurelius_kernel.data import instruments
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.home import home, store_location
from aurelius_kernel.reporting.chromium import HOW_IT_COMES, find_chromium
from aurelius_kernel.views.numerals import plural
from server_ext.cli.answer import Answer, rows
from server_ext.cli.command import AureliusCommand
from server_ext.cli.version import version
from server_ext.jobs.environment import numba_cache

__all__ = ["command"]

COME_ALONG = ("notebooks/backtest.ipynb", "reports/tear_sheet.typ", "reports/fonts/Inter-Regular.otf")
ROOM_WANTED = 2 * 2**30
OK, ADVICE, MISSING = "ok", "advice", "missing"
COLOURS = {OK: "green", ADVICE: "yellow", MISSING: "red"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `ok`, `advice` when something works less well without it, or `missing`; and what to do."""

    what: str
    state: str
    detail: str
    remedy: str = ""


@click.command(cls=AureliusCommand)
def command() -> Answer:
    """Say what is installed, what is missing, and how to get it; exit 1 when something is missing."""
    found = list(_findings())
    lines = [(one.what, Text(one.state, style=COLOURS[one.state]), one.detail, one.remedy) for one in found]
    missing = any(one.state == MISSING for one in found)
    return Answer([vars(one) for one in found], [rows(("what", "state", "found", "what to do"), lines)], exit_code=int(missing))


def _findings() -> Iterator[Finding]:
    yield Finding("aurelius", OK, f"{version()} on Python {platform.python_version()}")
    yield from _packages()
    yield _files()
    yield _kernel()
    yield _browser()
    yield _folder("home", home())
    yield _folder("compiled code", numba_cache(os.environ))
    yield _compiled(numba_cache(os.environ))
    yield _room(home())
    yield _bars()
    yield _store()


def _packages() -> Iterator[Finding]:
    """One finding for each extra of the distribution: what of it is not installed, or too old."""
    wanted: dict[str, list[Requirement]] = defaultdict(list)
    extras = [extra for extra in metadata.metadata("aurelius").get_all("Provides-Extra", []) if extra != "all"]
    for requirement in map(Requirement, metadata.requires("aurelius") or []):
        for extra in ["", *extras]:
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                wanted[extra].append(requirement)
                break
    for extra, requirements in wanted.items():
        lacking = [str(one).partition(";")[0].strip() for one in requirements if not _is_installed(one)]
        name = f"packages: {extra or 'base'}"
        if lacking:
            yield Finding(name, MISSING, f"lacks {', '.join(lacking)}", f'pip install "aurelius[{extra or "all"}]"')
        else:
            yield Finding(name, OK, plural(len(requirements), "package"))


def _is_installed(requirement: Requirement) -> bool:
    try:
        return requirement.specifier.contains(metadata.version(requirement.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def _files() -> Finding:
    try:
        found = [asset(path) for path in COME_ALONG]
    except AureliusError as error:
        return Finding("notebooks, templates, fonts", MISSING, error.message, "pip install --force-reinstall aurelius")
    return Finding("notebooks, templates, fonts", OK, str(found[0].parent.parent))


def _kernel() -> Finding:
    if "python3" in find_kernel_specs():
        return Finding("Jupyter kernel", OK, "python3; jobs run on this interpreter in any case")
    return Finding("Jupyter kernel", ADVICE, "no kernelspec called python3", f"{sys.executable} -m ipykernel install --sys-prefix")


def _browser() -> Finding:
    if found := find_chromium():
        return Finding("Chromium", OK, found)
    return Finding("Chromium", ADVICE, "none; only notebooks as PDF need it", HOW_IT_COMES)


def _folder(what: str, folder: Path) -> Finding:
    existing = next(part for part in (folder, *folder.parents) if part.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Finding(what, OK, str(folder))
    variable = "NUMBA_CACHE_DIR" if what == "compiled code" else "AURELIUS_HOME"
    return Finding(what, MISSING, f"{folder} cannot be written", f"set {variable} to a folder of yours")


def _compiled(folder: Path) -> Finding:
    compiled = sum(1 for _ in folder.rglob("*.nbc"))
    if compiled:
        return Finding("engine", OK, plural(compiled, "compiled function"))
    return Finding("engine", ADVICE, "not compiled yet; the first backtest waits for that", "aurelius warmup")


def _room(folder: Path) -> Finding:
    existing = next(part for part in (folder, *folder.parents) if part.exists())
    free = shutil.disk_usage(existing).free
    detail = f"{free / 2**30:,.1f} GiB free"
    return Finding("disk", OK, detail) if free > ROOM_WANTED else Finding("disk", ADVICE, detail, "aurelius artifacts gc --apply")


def _bars() -> Finding:
    try:
        known = len(instruments())
    except AureliusError as error:
        return Finding("bars", MISSING, error.message, "aurelius data samples")
    if known:
        return Finding("bars", OK, plural(known, "data set"))
    return Finding("bars", ADVICE, "the catalogue is empty", "aurelius data samples")


def _store() -> Finding:
    try:
        stored = sum(1 for _ in Store().hashes())
    except (AureliusError, OSError) as error:
        return Finding("store", MISSING, str(error), "set AURELIUS_STORE to a folder or an fsspec address")
    return Finding("store", OK, f"{plural(stored, 'artifact')} at {store_location()}")
