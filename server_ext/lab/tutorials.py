"""The tutorials that come with Aurelius: their list, and a copy of them in the server's folder to work in."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jupyter_server.base.handlers import JupyterHandler

from aurelius_kernel.assets import asset
from server_ext.platform import platform_of

__all__ = ["FOLDER", "Tutorial", "TutorialsDoor", "lay_out", "tutorials"]

FOLDER = "tutorials"
"""Where the copies are, in the server's folder."""
_HEADING = re.compile(r"#\s+(?:\d+\s*·\s*)?(.+)")


@dataclass(frozen=True, kw_only=True)
class Tutorial:
    """A tutorial: its file's name, and what it is about."""

    file: str
    title: str


def tutorials() -> list[Tutorial]:
    """The tutorials in their order; none where Aurelius came without them."""
    return [Tutorial(file=path.name, title=_title(path)) for path in _shipped()]


def lay_out(folder: Path) -> None:
    """Copy into `folder` what is not there yet: a copy that somebody has worked in stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in _shipped():
        if not (folder / path.name).exists():
            shutil.copyfile(path, folder / path.name)


def _shipped() -> list[Path]:
    return sorted(asset("notebooks").joinpath(FOLDER).glob("*.ipynb"))


@lru_cache(maxsize=64)
def _title(path: Path) -> str:
    """The first heading, without its number."""
    source = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    found = _HEADING.match(source)
    return found[1].strip() if found else path.stem


class TutorialsDoor(JupyterHandler):  # type: ignore[misc]  # jupyter_server has no types
    """Lays the tutorials out; the gate lets nobody come here who may not run code."""

    async def post(self) -> None:
        """Copy the tutorials into the server's folder and say where they are."""
        lay_out(platform_of(self).folder / FOLDER)
        self.finish({"folder": FOLDER})
