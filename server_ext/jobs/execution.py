"""Executing one parametrised notebook: papermill on a kernel of its own, watched, and ended whatever happens."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from aurelius_kernel import mime
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.typing import Json
from server_ext.jobs.failure import failure_of_cell, failure_of_kernel
from server_ext.jobs.kernel import JobKernel
from server_ext.jobs.limits import Limits
from server_ext.jobs.parameters import checked_parameters, declared_parameters

__all__ = ["Execution", "Progress", "execute"]

ENGINE = "aurelius"
# papermill's own inspection misses some annotations and warns of them; the names are checked here already.
logging.getLogger("papermill").addHandler(logging.NullHandler())
START_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is: a fraction from 0 to 1, and what it is doing."""

    fraction: float
    stage: str


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One execution that came to its end: the notebook with its outputs, what it handed back, or what stopped it."""

    notebook: bytes
    handed_back: tuple[dict[str, Any], ...]
    seconds: float
    failure: AureliusError | None


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    timeout: float | None = None,
    cancel: threading.Event | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Execution:
    """Run the notebook with these parameters and return it executed; a failing cell is told by `failure`, not raised.

    Raises InvalidInput, before a kernel starts, for parameters that the notebook does not declare or that do not fit. `timeout`
    is for the whole run, in seconds; `cancel` ends it when set. The kernel and all it started are gone when this returns.
    """
    values = checked_parameters(declared_parameters(notebook), parameters)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="aurelius-", ignore_cleanup_errors=True) as folder:
        output = Path(folder) / notebook.name
        failure = _run(notebook, output, values, timeout=timeout, cancel=cancel, on_progress=on_progress)
        executed = _read(output, notebook)
    return Execution(
        notebook=nbformat.writes(executed).encode("utf-8"),
        handed_back=tuple(_handed_back(executed)),
        seconds=time.monotonic() - started,
        failure=failure,
    )


def _run(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Json],
    *,
    timeout: float | None,
    cancel: threading.Event | None,
    on_progress: Callable[[Progress], None],
) -> AureliusError | None:
    kernel = JobKernel(output.parent)
    with Limits(kernel.kill_group, timeout=timeout, cancel=cancel) as limits:
        try:
            papermill.execute_notebook(
                _literal_path(notebook),
                _literal_path(output),
                parameters=dict(parameters),
                engine_name=ENGINE,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                start_timeout=START_SECONDS,
                kernel=kernel,
                on_progress=on_progress,
            )
        except PapermillExecutionError as error:
            return limits.reason or failure_of_cell(error, notebook.name)
        except (DeadKernelError, RuntimeError):
            return limits.reason or failure_of_kernel(output.parent / "kernel.log", notebook.name)
        finally:
            kernel.discard()
    return None


class ReportingClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """Executes the cells, and tells how far it is: before each cell, and whenever the cell itself says so."""

    def __init__(self, manager: Any, *, on_progress: Callable[[Progress], None], **options: Any) -> None:
        super().__init__(manager, **options)
        self.report = on_progress
        self.done = 0
        self.total = sum(1 for cell in self.nb.cells if cell.cell_type == "code")

    def execute_cell(self, cell: Any, *positional: Any, **options: Any) -> Any:
        """Report which cell it is, and execute it."""
        is_code = cell.cell_type == "code"
        if is_code:
            self.report(Progress(fraction=self.done / self.total, stage=f"cell {self.done + 1} of {self.total}"))
        executed = super().execute_cell(cell, *positional, **options)
        self.done += is_code
        return executed

    def process_message(self, message: Any, *positional: Any, **options: Any) -> Any:
        """Take a progress display out of the stream; everything else becomes an output of the cell."""
        said = message["content"].get("data", {}).get(mime.PROGRESS) if _is_display(message) else None
        if said is None:
            return super().process_message(message, *positional, **options)
        inside = min(1.0, max(0.0, float(said.get("fraction", 0.0))))
        self.report(Progress(fraction=(self.done + inside) / self.total, stage=str(said.get("stage", ""))))
        return None


class AureliusEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """papermill's engine, on a kernel that is handed to it and that its caller ends."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        kernel: JobKernel,
        on_progress: Callable[[Progress], None],
        start_timeout: int,
        **_: Any,
    ) -> Any:
        """Execute every cell on the given kernel; the manager holds the outcome."""
        on_progress(Progress(fraction=0.0, stage="starting a kernel"))
        client = ReportingClient(nb_man, km=kernel, on_progress=on_progress, kernel_name=kernel_name, startup_timeout=start_timeout)
        client.execute(cleanup_kc=False)
        on_progress(Progress(fraction=1.0, stage="done"))


papermill_engines.register(ENGINE, AureliusEngine)


def _is_display(message: Any) -> bool:
    return message["header"]["msg_type"] in ("display_data", "update_display_data")


def _literal_path(path: Path) -> str:
    # papermill formats its paths with the parameters; doubled braces stand for themselves.
    return str(path).replace("{", "{{").replace("}", "}}")


def _read(output: Path, notebook: Path) -> Any:
    executed = nbformat.read(output if output.exists() else notebook, as_version=4)
    executed.metadata.setdefault("papermill", {}).update(input_path=notebook.name, output_path=notebook.name)
    return executed


def _handed_back(executed: Any) -> Iterator[dict[str, Any]]:
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            if (found := output.get("data", {}).get(mime.RESULT)) is not None:
                yield found
