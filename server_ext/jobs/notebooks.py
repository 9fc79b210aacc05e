"""Which notebooks may be run as jobs, and where they are: those that come with Aurelius, and those in the server's folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from aurelius_kernel.assets import asset
from aurelius_kernel.errors import InvalidField
from server_ext.access.actor import Actor
from server_ext.access.permissions import refusal
from server_ext.errors import NotAllowed

__all__ = ["Notebook", "find_notebook", "shipped_notebooks"]

OWN = "./"
LARGEST = 32 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """A notebook that may be run: its name, as a job shows it, and its file."""

    name: str
    path: Path
    is_shipped: bool


def shipped_notebooks() -> list[str]:
    """The names of the notebooks that come with Aurelius and can be run as jobs."""
    return sorted(path.name for path in asset("notebooks").glob("*.ipynb"))


def find_notebook(actor: Actor, name: str, folder: Path) -> Notebook:
    """The notebook of that name, if `actor` may run it.

    A name without a folder that Aurelius ships, as `backtest.ipynb`, is the shipped one; any other is a path within the server's
    folder, and `./backtest.ipynb` is the one there. Raises InvalidField for a path that leads elsewhere or to no notebook,
    NotAllowed for somebody who may run shipped notebooks only.
    """
    if name in shipped_notebooks():
        return Notebook(name=name, path=asset(f"notebooks/{name}"), is_shipped=True)
    if reason := refusal(actor, "jobs:run-notebook"):
        raise NotAllowed(f"{reason} Without it, these notebooks can be run: {', '.join(shipped_notebooks())}.")
    return Notebook(name=name, path=_own(name, folder), is_shipped=False)


def _own(name: str, folder: Path) -> Path:
    """The file of a path within the folder: no absolute one, no `..`, no hidden file, and no link that leads out."""
    relative = PurePosixPath(name)
    wrong = InvalidField.of(
        "notebook", "must be the path of a notebook (.ipynb) in the server's folder, or the name of a shipped one"
    )
    if relative.is_absolute() or not name.isprintable() or "\\" in name or relative.suffix != ".ipynb":
        raise wrong
    if any(part.startswith(".") for part in relative.parts):
        raise wrong
    root = folder.resolve()
    path = (root / relative).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise wrong
    if path.stat().st_size > LARGEST:
        raise InvalidField.of("notebook", f"must not be larger than {LARGEST // 2**20} MB")
    return path
