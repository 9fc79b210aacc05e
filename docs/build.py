"""`python -m docs.build` makes the site under `site/`: the tutorials executed, every page, every link; a warning is an error."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from docs.execution import open_desk
from docs.staging import ROOT, TUTORIALS, stage

__all__ = ["build", "executed_tutorials", "made"]

WORK = ROOT / "var" / "docs"
PATIENCE = 600


def build(site: Path, work: Path, executed: dict[str, Path] | None = None) -> None:
    """Make the site of the pages as they are, by way of a folder for work; CalledProcessError where Sphinx has a warning."""
    stage(work / "pages", executed)
    shutil.rmtree(work / "html", ignore_errors=True)
    made(work / "pages", work / "html", work / "doctrees")
    shutil.rmtree(site, ignore_errors=True)
    shutil.move(work / "html", site)


def made(pages: Path, html: Path, doctrees: Path) -> None:
    """Have Sphinx make HTML of pages; raises CalledProcessError where it has a warning."""
    command = ["-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", str(doctrees), str(pages), str(html)]
    subprocess.run([sys.executable, *command], check=True, timeout=PATIENCE)  # noqa: S603  # our own interpreter


def executed_tutorials(folder: Path) -> dict[str, Path]:
    """Every tutorial after its cells ran on a platform that is started for it, by its name."""
    with tempfile.TemporaryDirectory(prefix="aurelius-docs-", ignore_cleanup_errors=True) as own, open_desk(Path(own)) as desk:
        return desk.execute(sorted(TUTORIALS.glob("*.ipynb")), folder)


def main() -> None:
    """Make the site, and say where it is."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--plain", action="store_true", help="Show the tutorials without results: quick, and needs no platform.")
    asked = parser.parse_args()
    build(ROOT / "site", WORK, {} if asked.plain else executed_tutorials(WORK / "executed"))
    print(ROOT / "site" / "index.html")


if __name__ == "__main__":
    main()
