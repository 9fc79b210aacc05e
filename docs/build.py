"""`python -m docs.build` makes the site under `site/`: the tutorials executed, every page, every link; a warning is an error."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from docs.execution import open_desk
from docs.staging import ROOT, TUTORIALS, stage

__all__ = ["build"]

SOURCES = ROOT / "var" / "docs" / "pages"
PATIENCE = 600


def build(site: Path, sources: Path, executed: dict[str, Path] | None = None) -> None:
    """Make the site of the pages as they are; raises CalledProcessError where Sphinx has a warning."""
    stage(sources, executed)
    command = ["-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", str(sources.parent / "doctrees")]
    subprocess.run([sys.executable, *command, str(sources), str(site)], check=True, timeout=PATIENCE)  # noqa: S603  # our own


def executed_tutorials(folder: Path) -> dict[str, Path]:
    """Every tutorial after its cells ran on a platform that is started for it, by its name."""
    with tempfile.TemporaryDirectory(prefix="aurelius-docs-", ignore_cleanup_errors=True) as own, open_desk(Path(own)) as desk:
        return desk.execute(sorted(TUTORIALS.glob("*.ipynb")), folder)


def main() -> None:
    """Make the site, and say where it is."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--plain", action="store_true", help="Show the tutorials without results: quick, and needs no platform.")
    asked = parser.parse_args()
    build(ROOT / "site", SOURCES, {} if asked.plain else executed_tutorials(SOURCES.parent / "executed"))
    print(ROOT / "site" / "index.html")


if __name__ == "__main__":
    main()
