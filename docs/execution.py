"""Executing tutorials as a reader in JupyterLab would: on a warm kernel of a running platform, signed in as a quant."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import papermill

from server_ext.jobs.engine import Run
from server_ext.jobs.kernel import JobKernel
from server_ext.jobs.limits import Limits
from tests.support.running import PASSWORD, Person, people
from tests.support.visits import Gallery

__all__ = ["Desk", "open_desk"]


@dataclass(frozen=True)
class Desk:
    """A quant before a platform with the samples in its catalogue."""

    platform: Gallery
    quant: Person

    @property
    def home(self) -> dict[str, str]:
        """What a program has in its environment that works beside the platform, in the same folder."""
        return {**self.platform.environment, "AURELIUS_HOME": str(self.platform.folder / "home")}

    @property
    def session(self) -> dict[str, str]:
        """What the platform tells a kernel of its owner."""
        return {"AURELIUS_URL": self.platform.url, "AURELIUS_TOKEN": self.quant.tokens["access_token"]}

    def execute(self, notebooks: Iterable[Path], folder: Path) -> dict[str, Path]:
        """Each notebook as it is after all its cells ran, by its name; raises PapermillExecutionError where a cell failed."""
        folder.mkdir(parents=True, exist_ok=True)
        with mock.patch.dict(os.environ, self.home):
            return {path.name: self._executed(path, folder / path.name) for path in notebooks}

    def _executed(self, path: Path, target: Path) -> Path:
        with tempfile.TemporaryDirectory(prefix="aurelius-", ignore_cleanup_errors=True) as work:
            log = target.with_suffix(".log")
            kernel = JobKernel(Path(work), log=log, environment=self.session, limits=Limits(), on_start=lambda _: None)
            own = {"engine_name": "aurelius", "kernel_name": "aurelius", "language": "python", "kernel": kernel, "run": Run()}
            try:
                papermill.execute_notebook(str(path), str(target), progress_bar=False, **own)
            finally:
                kernel.discard()
        return target


@contextmanager
def open_desk(folder: Path) -> Iterator[Desk]:
    """A platform in that folder, warm, for as long as the context lasts; its quant Ada stays signed in for an hour."""
    platform = Gallery(folder).prepare().start()
    try:
        admin = people(platform)["admin"]
        account = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD, "role": "quant"}
        admin.post("/api/auth/users/", account).raise_for_status()
        ada = replace(platform.stranger(), email=account["email"])
        ada.tokens = ada.login().raise_for_status().json()
        yield Desk(platform, ada)
    finally:
        platform.stop()
