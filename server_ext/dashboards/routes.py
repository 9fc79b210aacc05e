"""Where dashboards and their scripts are found, ahead of Voilà's own handlers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from voila.configuration import VoilaConfiguration
from voila.paths import collect_template_paths

from server_ext.dashboards.page import DashboardPage
from server_ext.dashboards.scripts import ScriptFile, Scripts

__all__ = ["routes"]

LISTED = "scripts.txt"
"""The file of the template that names what every page loads."""


def routes(serverapp: Any, folder: str) -> list[tuple[str, type, dict[str, Any]]]:
    """The handlers of the dashboards in `folder`, below the server's root, and of the files that they load."""
    voila = VoilaConfiguration(parent=serverapp)
    paths = collect_template_paths(["voila", "nbconvert"], voila.template)
    scripts = Scripts(voila.template, voila.extension_allowlist, _listed(paths))
    scripts.prepare()
    page = {"voila": voila, "config": serverapp.config, "template_paths": paths, "scripts": scripts}
    return [
        (rf"/voila/render/{re.escape(folder.strip('/'))}/([A-Za-z0-9][A-Za-z0-9_.-]*\.ipynb)", DashboardPage, page),
        (r"/voila/kept/([0-9a-f]+)/(.+)", ScriptFile, {"scripts": scripts}),
    ]


def _listed(template_paths: list[str]) -> list[str]:
    found = (Path(path) / LISTED for path in template_paths)
    return next((path.read_text(encoding="utf-8").split() for path in found if path.is_file()), [])
