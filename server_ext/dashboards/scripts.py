"""Voilà's scripts and those of the widgets, kept by browsers for good: their address changes with what they say."""

from __future__ import annotations

import fnmatch
import gzip
import hashlib
import mimetypes
import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado.ioloop import IOLoop
from tornado.web import HTTPError, authenticated
from voila.paths import collect_static_paths
from voila.utils import get_voila_labextensions_path

__all__ = ["ScriptFile", "Scripts"]

FOREVER = "private, max-age=31536000, immutable"
BUNDLE = "static/dashboard.js"
"""All scripts that every page asks for, as one file: it takes one request instead of seventy."""
MAIN = "static/voila.js"
CHANGED: tuple[tuple[re.Pattern[bytes], bytes], ...] = (
    # Voilà begins once the page is complete; ours as soon as it knows its kernel, while the cells still run.
    (re.compile(rb'window\.addEventListener\("load",(\(async function\(\)\{const \w+=\[)'), rb"window.aurelius.begin(\1"),
    # A widget is waited for two seconds, looked at every tenth of one; on a busy machine it takes longer, else less.
    (
        re.compile(rb'(Date\.now\(\)-\w+<)2e3(;\)\{[^{}]*setTimeout\(\w+,)100(\)\)\}throw Error\("widget model not found"\))'),
        rb"\g<1>3e4\g<2>20\3",
    ),
    # A page that comes in while widgets are made hears of some whose parts it missed: it goes on from the list of them all.
    (re.compile(rb"(async _handleCommOpen\(\w+\)\{)"), rb"\1if(!this.knowsAll)return;"),
    (re.compile(rb"(async _handleCommMsg\((\w+)\)\{)"), rb'\1if(\2.content.data.method==="update_states")this.knowsAll=true;'),
)
"""What is said otherwise in the scripts of others, and why."""


class Scripts:
    """The files that pages load, by their names `static/…` and `labextensions/…`, and the bundle made of some of them."""

    def __init__(self, template: str, extensions: Sequence[str], bundled: Iterable[str]) -> None:
        statics = [Path(path) for path in collect_static_paths(["voila", "nbconvert"], template)]
        self.files = dict(_files("static", reversed(statics), ["."]))
        self.files |= _files("labextensions", map(Path, reversed(get_voila_labextensions_path())), extensions)
        self.bundled = [*_matching(bundled, self.files), MAIN]
        changes = [part.decode() for said, instead in CHANGED for part in (said.pattern, instead)]
        self.digest = _digest([*sorted(self.files.items()), *((name, Path()) for name in (*self.bundled, *changes))])
        self._compressed: dict[str, bytes] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def page_config(self, config: dict[str, Any], base_url: str) -> dict[str, Any]:
        """Voilà's configuration of a page, with its scripts at our address."""
        kept = f"{base_url}voila/kept/{self.digest}/"
        entries = [f"{kept}labextensions/{one['name']}/{one['load']}" for one in config["federated_extensions"]]
        urls = {"fullStaticUrl": f"{kept}static", "fullLabextensionsUrl": f"{kept}labextensions"}
        return {**config, **urls, "script": kept + BUNDLE, "entries": entries}

    def prepare(self) -> None:
        """Have the one script ready before somebody asks for it; returns at once."""
        threading.Thread(target=self.compressed, args=(BUNDLE,), name="dashboards' script", daemon=True).start()

    def compressed(self, name: str) -> bytes | None:
        """A file, gzipped once however many ask for it at a time; None for one that is not there."""
        if name != BUNDLE and name not in self.files:
            return None
        with self._locks[name]:
            if name not in self._compressed:
                self._compressed[name] = gzip.compress(self._content(name), 9, mtime=0)
            return self._compressed[name]

    def _content(self, name: str) -> bytes:
        if name != BUNDLE:
            return self.files[name].read_bytes()
        bundle = b"\n;\n".join(self.files[part].read_bytes() for part in self.bundled)
        for said, instead in CHANGED:
            bundle = said.sub(instead, bundle)
        return bundle


class ScriptFile(JupyterHandler):  # type: ignore[misc]  # jupyter_server has no types
    """Answers with one of the files, compressed once and for all."""

    def initialize(self, scripts: Scripts) -> None:
        """Take the files."""
        self.scripts = scripts

    @authenticated
    async def get(self, digest: str, name: str) -> None:
        """The file; 404 for one that is not there. Under the digest of an older server, a page still open finds it, uncached."""
        content = await IOLoop.current().run_in_executor(None, self.scripts.compressed, name)
        if content is None:
            raise HTTPError(404)
        self.set_header("Content-Type", mimetypes.guess_type(name)[0] or "application/octet-stream")
        self.set_header("Cache-Control", FOREVER if digest == self.scripts.digest else "no-store")
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            await self.finish(content)
        else:
            await self.finish(gzip.decompress(content))


def _files(kind: str, roots: Iterable[Path], folders: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Each file's name and place; of two with the same name, the later root's is the last."""
    for root in roots:
        for folder in folders:
            found = (path for path in (root / folder).rglob("*") if path.is_file())
            yield from ((f"{kind}/{path.relative_to(root).as_posix()}", path) for path in found)


def _matching(patterns: Iterable[str], files: Iterable[str]) -> Iterator[str]:
    """The names that fit each pattern, in which `*` stands for the part of a name that changes with its content."""
    for pattern in patterns:
        yield from fnmatch.filter(files, pattern)


def _digest(named: Iterable[tuple[str, Path]]) -> str:
    """Changes with the name, size and age of each file."""
    digest = hashlib.sha256()
    for name, path in named:
        found = path.stat()
        digest.update(f"{name} {found.st_size} {found.st_mtime_ns};".encode() if path.name else f"{name};".encode())
    return digest.hexdigest()[:16]
