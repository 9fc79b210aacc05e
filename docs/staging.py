"""What the site is made of: the pages of the project in the order of the site, with their links led to where pages stand there."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

__all__ = ["ROOT", "SITE", "TUTORIALS", "stage"]

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "docs" / "site"
TUTORIALS = ROOT / "notebooks" / "tutorials"
MARK = ROOT / "share/jupyter/voila/templates/aurelius/static/mark.svg"
FOLDERS = ("how-to", "reference", "explanation", "decisions")
ELSEWHERE = {
    "ARCHITECTURE.md": "explanation/architecture.md",
    "CHANGELOG.md": "changelog.md",
    "README.md": "index.md",
    "docs/decisions": "decisions/index.md",
    "docs/troubleshooting.md": "troubleshooting.md",
}
"""Pages that stand in another place on the site than in the project."""

FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?P<picture>!?)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^)\s]+)\)")
HREF = re.compile(r'(?P<before>href=")(?P<target>[^"]+)(?P<after>")')
OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.IGNORECASE)
EVERY_PAGE = "\n```{toctree}\n:hidden:\n:glob:\n\n*\n```\n"


def stage(folder: Path, executed: Mapping[str, Path] | None = None) -> None:
    """Lay the site's sources out in a folder, which is emptied first.

    `executed` are the tutorials that were executed, by their names; the others are shown as they are stored, without results.
    """
    shutil.rmtree(folder, ignore_errors=True)
    places = _places()
    for source, place in places.items():
        _lay(ROOT / source, folder / place, source, place, places, (executed or {}).get(Path(source).name))
    with (folder / "reference/index.md").open("a", encoding="utf-8") as reference:
        reference.write(EVERY_PAGE)
    shutil.copytree(ROOT / "docs/images", folder / "images")
    shutil.copytree(SITE / "static", folder / "_static")
    shutil.copy(MARK, folder / "_static")
    for name in ("conf.py", "index.md"):
        shutil.copy(SITE / name, folder)


def _places() -> dict[str, str]:
    """Where each page of the project stands on the site, both relative to their roots."""
    pages = [path.relative_to(ROOT).as_posix() for name in FOLDERS for path in sorted((ROOT / "docs" / name).rglob("*.md"))]
    tutorials = [path.relative_to(ROOT).as_posix() for path in sorted(TUTORIALS.glob("*.ipynb"))]
    found = {page: page.removeprefix("docs/") for page in pages} | {one: one.removeprefix("notebooks/") for one in tutorials}
    sections = {path.relative_to(ROOT).as_posix(): f"{path.stem}/index.md" for path in sorted((SITE / "sections").glob("*.md"))}
    return found | sections | {page: place for page, place in ELSEWHERE.items() if page.endswith(".md") and page != "README.md"}


def _lay(path: Path, target: Path, source: str, place: str, places: Mapping[str, str], executed: Path | None) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".ipynb":
        notebook = json.loads((executed or path).read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = _led("".join(cell["source"]), source, place, places)
        target.write_text(json.dumps(notebook), encoding="utf-8")
    else:
        target.write_text(_led(path.read_text(encoding="utf-8"), source, place, places), encoding="utf-8")


def _led(text: str, source: str, place: str, places: Mapping[str, str]) -> str:
    """A page with its links led to where pages stand on the site; one to a file that is not there becomes its plain text."""
    fenced = [match.group() for match in FENCED.finditer(text)]
    prose = FENCED.sub("\0", text)

    def link(match: re.Match[str]) -> str:
        target = _target(match["target"], source, place, places)
        return match["text"] if target is None else f"{match['picture']}[{match['text']}]({target})"

    def href(match: re.Match[str]) -> str:
        target = _target(match["target"], source, place, places) or "#"
        return match["before"] + re.sub(r"\.(md|ipynb)(?=#|$)", ".html", target) + match["after"]

    led = HREF.sub(href, LINK.sub(link, prose))
    for block in fenced:
        led = led.replace("\0", block, 1)
    return led


def _target(target: str, source: str, place: str, places: Mapping[str, str]) -> str | None:
    if OUTSIDE.match(target):
        return target
    path, hash_, fragment = target.partition("#")
    named = os.path.normpath(Path(source).parent / path).replace(os.sep, "/")
    if named.startswith("docs/images/"):
        found: str | None = named.removeprefix("docs/")
    else:
        found = places.get(named) or ELSEWHERE.get(named)
    return None if found is None else os.path.relpath(found, Path(place).parent) + hash_ + fragment
