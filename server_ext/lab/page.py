"""What JupyterLab's page carries for our extension, so that it needs to ask for nothing before it shows itself."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from server_ext.access.actor import Actor
from server_ext.access.permissions import granted
from server_ext.dashboards.pages import listed_for
from server_ext.lab.tutorials import tutorials
from server_ext.platform import platform_of

__all__ = ["page_told"]


def page_told(handler: Any, page_config: dict[str, Any]) -> dict[str, Any]:
    """The configuration of the page with `aurelius` in it: who looks, what they may do, the dashboards and the tutorials."""
    actor = getattr(handler.current_user, "actor", None)
    return page_config if actor is None else {**page_config, "aurelius": _told(handler, actor)}


def _told(handler: Any, actor: Actor) -> dict[str, Any]:
    name = platform_of(handler).settings.dashboards.strip("/")
    folder = Path(handler.settings["server_root_dir"]).expanduser() / name
    root = f"voila/render/{name}/"
    return {
        "user": {"id": actor.id, "name": actor.name, "is_admin": actor.is_admin},
        "may": granted(actor),
        "pages": root,
        "dashboards": [{"title": page.title, "lead": page.lead, "path": root + page.file} for page in listed_for(actor, folder)],
        "tutorials": [asdict(tutorial) for tutorial in tutorials()],
    }
