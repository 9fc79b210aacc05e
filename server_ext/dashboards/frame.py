"""What Voilà puts around a dashboard: its name, the way to the others, and who is looking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tornado.web import HTTPError

from server_ext.access.permissions import refusal
from server_ext.dashboards.pages import listed_for, page_of
from server_ext.platform import platform_of

__all__ = ["configured", "framed"]


def framed(handler: Any, notebook: Any, cwd: str) -> Any:  # noqa: ARG001  # Voilà's own signature
    """The notebook with what its frame shows of it; raises HTTPError 403 for who may not open it."""
    actor = handler.current_user.actor
    name = platform_of(handler).settings.dashboards.strip("/")
    folder = Path(handler.settings["server_root_dir"]).expanduser() / name
    own = page_of(Path(handler.request.path).name, notebook.metadata)
    if problem := refusal(actor, own.permission):
        raise HTTPError(403, problem)
    notebook.metadata["aurelius"] = {
        "title": own.title,
        "lead": own.lead,
        "user": {"name": actor.name, "email": actor.email, "role": str(actor.role)},
        "pages": [
            {"title": page.title, "url": f"{handler.base_url}voila/render/{name}/{page.file}", "current": page.file == own.file}
            for page in listed_for(actor, folder)
        ],
    }
    return notebook


def configured(page_config: dict[str, Any], *, base_url: str, **_: Any) -> dict[str, Any]:
    """Voilà's configuration of a page, with nothing in it that is fetched from elsewhere."""
    return {**page_config, "fullMathjaxUrl": f"{base_url}voila/templates/aurelius/static/mathjax.js", "mathjaxConfig": ""}
