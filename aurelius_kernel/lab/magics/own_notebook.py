"""Which notebook this kernel belongs to: what the server says of its sessions, else what it told the kernel at its start."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

import httpx
from ipykernel.connect import get_connection_file

from aurelius_kernel.client.surroundings import surroundings
from aurelius_kernel.client.transport import ApiError, Transport
from aurelius_kernel.errors import NotFound

__all__ = ["own_notebook"]

KERNEL = re.compile(r"kernel-(.+)\.json")
TOLD = "JPY_SESSION_NAME"
"""Where the server writes the path at the kernel's start; a notebook that is renamed later keeps the old one there."""


def own_notebook() -> str:
    """The notebook's path from the server's folder; raises NotFound where neither the server nor the environment knows."""
    told = os.environ.get(TOLD, "")
    with suppress(ApiError, httpx.HTTPError):
        if found := _by_session(_kernel_id()):
            return found
    if not told.endswith(".ipynb"):
        raise NotFound("Nobody told this kernel which notebook it belongs to: name its path, as %submit research/daily.ipynb.")
    return told.lstrip("/")


def _kernel_id() -> str:
    match = KERNEL.fullmatch(Path(get_connection_file()).name)
    return match[1] if match else ""


def _by_session(kernel_id: str) -> str | None:
    """The path of the session that has this kernel."""
    url, token = surroundings()
    transport = Transport(url, token=token, timeout=5.0)
    try:
        sessions = transport.send("GET", "/api/sessions").json()
    finally:
        transport.close()
    return next((one["path"] for one in sessions if one["kernel"]["id"] == kernel_id and one["path"].endswith(".ipynb")), None)
