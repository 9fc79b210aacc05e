"""One job from its notebook to what is kept of it."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aurelius_kernel import mime
from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import AureliusError, InvalidInput, RunFailed
from server_ext.jobs.execution import execute
from server_ext.jobs.limits import Limits
from server_ext.jobs.progress import Progress

__all__ = ["FinishedRun", "run_notebook"]


@dataclass(frozen=True, kw_only=True)
class FinishedRun:
    """What a job found and where it is kept: `result` and `notebook` are hashes, `found` is what its last cell handed over.

    `kernel` says on what kind of kernel it ran: "warm", or "plain" and why.
    """

    result: str
    notebook: str
    found: Mapping[str, Any]
    content: bytes
    seconds: float
    kernel: str


def run_notebook(
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    store: Store,
    timeout: float | None = None,
    cancel: threading.Event | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> FinishedRun:
    """Execute the notebook and keep it beside the result it handed over; what is asked is checked first.

    Raises what stopped it. A notebook that failed is kept too, as far as it ran, unless it was asked wrongly.
    """
    with tempfile.TemporaryDirectory(prefix="aurelius-") as folder:
        limits = Limits(seconds=timeout)
        run = execute(notebook, parameters, Path(folder), limits=limits, cancelled=cancel, on_progress=on_progress)
        content = run.notebook.read_bytes()
    if run.error:
        raise _told(run.error, content, store)
    found = next(iter(reversed(run.handed_back)), None)
    if found is None or not store.exists(str(found.get("hash"))):
        raise _told(RunFailed(f"{notebook.name} ended without a result in the store."), content, store)
    kept = store.put(content, kind="executed_notebook", parents={"result": found["hash"]}, media_type=mime.NOTEBOOK)
    return FinishedRun(result=found["hash"], notebook=kept, found=found, content=content, seconds=run.seconds, kernel=run.kernel)


def _told(failure: AureliusError, notebook: bytes, store: Store) -> AureliusError:
    if not isinstance(failure, InvalidInput):
        kept = store.put(notebook, kind="failed_notebook", media_type=mime.NOTEBOOK)
        failure.message = f"{failure.message} What ran of it is kept as artifact {kept[:12]}."
    return failure
