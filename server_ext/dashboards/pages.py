"""The pages: notebooks of the dashboards' folder that say of themselves what they are called and who may open them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from server_ext.access.actor import Actor
from server_ext.access.permissions import refusal

__all__ = ["Page", "listed_for", "page_of", "pages_in"]

LAST = 1_000


class Page(BaseModel):
    """What a dashboard's notebook says of itself, under `aurelius` in its metadata."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: str
    title: str
    lead: str = ""
    order: int = LAST
    permission: str = "account:own"
    """What one must be allowed to do to open it; the default is everybody who is signed in."""
    listed: bool = True
    """Whether it stands in the navigation; a page about one object does not."""


def page_of(file: str, metadata: dict[str, Any]) -> Page:
    """The page that a notebook is; one that says nothing of itself is called after its file."""
    named = {"title": Path(file).stem.replace("_", " ").capitalize()}
    try:
        return Page(**{**named, **metadata.get("aurelius", {}), "file": file})
    except ValidationError:
        return Page(**named, file=file, permission="")


def pages_in(folder: Path) -> list[Page]:
    """The pages of a folder in their order; none when there is no such folder."""
    found = [page_of(path.name, _metadata(path, path.stat().st_mtime_ns)) for path in folder.glob("[!_.]*.ipynb")]
    return sorted(found, key=lambda page: (page.order, page.title))


def listed_for(actor: Actor, folder: Path) -> list[Page]:
    """The pages of a folder that stand in the navigation of somebody: those that they may open."""
    return [page for page in pages_in(folder) if page.listed and not refusal(actor, page.permission)]


@lru_cache(maxsize=256)
def _metadata(path: Path, changed: int) -> dict[str, Any]:  # noqa: ARG001  # what is cached is as old as the file
    try:
        metadata = json.loads(path.read_text(encoding="utf-8")).get("metadata", {})
    except (OSError, ValueError, AttributeError):
        return {}
    return metadata if isinstance(metadata, dict) else {}
