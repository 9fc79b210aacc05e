"""What analysts and viewers reach of Jupyter and Voilà: these paths, and nothing else.

Many of Jupyter's own handlers ask only whether somebody is signed in, so the refusal stands at the one place all of them pass.
"""

from __future__ import annotations

import re

from server_ext.access.actor import Actor

__all__ = ["passes"]

_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_FILE = rf"(?:{_NAME}/)*{_NAME}"

_READ = [
    r"/",
    r"/(?:login|logout|register|home|docs/api|you-may-not)",
    rf"/static/{_FILE}",
    rf"/voila/(?:static|templates|labextensions)/(?:@[a-z-]+/)?{_FILE}",
    rf"/voila/kept/[0-9a-f]+/(?:static|labextensions)/(?:@[a-z-]+/)?{_FILE}",
    rf"/voila/api/themes/(?:@[a-z-]+/)?{_FILE}",
    rf"/api/kernels/{_ID}(?:/channels)?",
    r"/api/me",
    r"/favicon\.ico",
]
_WRITE = [
    r"/(?:login|logout|register)",
    rf"/voila/api/shutdown/{_ID}",
]


def passes(actor: Actor, method: str, path: str, *, dashboards: str) -> bool:
    """Whether `actor` may ask for this path, below the base URL and undecoded.

    Whoever may run code passes: what they may do is for the authorizer. The others get what is listed, written plainly: a path
    with an escape, a dot segment or an empty segment matches nothing.
    """
    if actor.may_execute:
        return True
    if method in {"GET", "HEAD"}:
        return _matches(path, [*_READ, rf"/voila/render/{re.escape(dashboards.strip('/'))}/{_NAME}\.ipynb"])
    return method == "POST" and _matches(path, _WRITE)


def _matches(path: str, patterns: list[str]) -> bool:
    return ".." not in path and any(re.fullmatch(pattern, path, re.ASCII) for pattern in patterns)
