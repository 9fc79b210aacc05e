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
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from aurelius_kernel import mime
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.typing import Json
from server_ext.jobs.engine import AureliusEngine, Run
from server_ext.jobs.failure import failed_cell, failed_kernel
from server_ext.jobs.kernel import JobKernel
from server_ext.jobs.limits import Limits
from server_ext.jobs.outcome import Ending, Outcome
from server_ext.jobs.parameters import checked_parameters, declared_parameters
from server_ext.jobs.process_group import ProcessGroup
from server_ext.jobs.progress import Progress
from server_ext.jobs.transcript import Transcript
from server_ext.jobs.watch import Stopped, Watch

__all__ = ["Execution", "execute"]

ENGINE = "aurelius"
LOG = "output.log"
# papermill's own inspection misses some annotations and warns of them; the names are checked here already.
logging.getLogger("papermill").addHandler(logging.NullHandler())
START_SECONDS = 60
UNLIMITED = Limits()

papermill_engines.register(ENGINE, AureliusEngine)


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One execution that came to its end, well or not.

    `notebook` is the executed notebook, as far as it came; `log` is what its cells printed and what the kernel said outside of
    Jupyter. `handed_back` holds what its cells handed over, `results` the hashes among it. `kernel` says on what kind of kernel
    it ran: "warm", or "plain" and why.
    """

    outcome: Outcome
    error: AureliusError | None
    notebook: Path
    log: Path
    handed_back: tuple[dict[str, Any], ...]
    results: tuple[str, ...]
    seconds: float
    kernel: str


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    limits: Limits = UNLIMITED,
    on_progress: Callable[[Progress], None] = lambda _: None,
    on_output: Callable[[str], None] = lambda _: None,
    on_kernel: Callable[[ProcessGroup], None] = lambda _: None,
    cancelled: threading.Event | None = None,
) -> Execution:
    """Run a notebook with these parameters and leave it, executed, in `folder` beside its log; what stopped it is told, not raised.

    Safe in any thread and any process, one run each. When it returns, the kernel and all it started are gone.

    Parameters
    ----------
    folder : made when it is not there; gets `<name of the notebook>` and `output.log`, the log line by line while it runs
    environment : variables that the kernel gets beside the allow-list of `environment.py`, such as a token of the job's owner
    limits : what the run may take: time, memory, processors, output
    on_progress : called with each step, at most ten times a second; from the thread that called
    on_output : called with what cells print, as it comes; from the thread that called
    on_kernel : called once, as soon as there is a kernel, with the process group to end should the caller itself be killed
    cancelled : ends the run when set: the kernel is interrupted, and killed after 5 seconds if that does not help

    Raises
    ------
    InvalidInput
        Parameters that the notebook does not declare or that do not fit, or a notebook that cannot be read: before a kernel starts.
    """
    values = checked_parameters(declared_parameters(notebook), parameters)
    folder.mkdir(parents=True, exist_ok=True)
    output, log = folder / notebook.name, folder / LOG
    log.touch()
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="aurelius-", ignore_cleanup_errors=True) as work,
        Transcript(log, limits.output_mb, on_output) as transcript,
    ):
        kernel = JobKernel(Path(work), log=log, environment=environment or {}, limits=limits, on_start=on_kernel)
        run = Run(on_progress=on_progress, on_output=transcript.write, has_room_for=transcript.has_room_for)
        ending = _run(notebook, output, values, kernel, run, limits=limits, cancelled=cancelled)
    executed = _tidied(output, notebook)
    handed_back = tuple(_handed_back(executed))
    return Execution(
        outcome=ending.outcome if ending else Outcome.COMPLETED,
        error=ending.error if ending else None,
        notebook=output,
        log=log,
        handed_back=handed_back,
        results=tuple(str(found["hash"]) for found in handed_back if "hash" in found),
        seconds=time.monotonic() - started,
        kernel=kernel.kind,
    )


def _run(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Json],
    kernel: JobKernel,
    run: Run,
    *,
    limits: Limits,
    cancelled: threading.Event | None,
) -> Ending | None:
    with Watch(kernel, limits, cancelled) as watch:
        run.check = watch.check
        try:
            papermill.execute_notebook(
                _literal_path(notebook),
                _literal_path(output),
                parameters=dict(parameters),
                engine_name=ENGINE,
                kernel_name=kernel.kernel_name,
                language="python",
                progress_bar=False,
                start_timeout=START_SECONDS,
                kernel=kernel,
                run=run,
            )
        except PapermillExecutionError as error:
            return watch.ending or failed_cell(error, run.error, notebook.name, limits)
        except (DeadKernelError, Stopped, RuntimeError):
            kernel.discard()
            return watch.ending or failed_kernel(
                kernel.exit_code, kernel.said, notebook.name, ran_out_of_memory=kernel.system_ran_out_of_memory
            )
        finally:
            kernel.discard()
    return watch.ending


def _literal_path(path: Path) -> str:
    # papermill formats its paths with the parameters; doubled braces stand for themselves.
    return str(path).replace("{", "{{").replace("}", "}}")


def _tidied(output: Path, notebook: Path) -> Any:
    """The executed notebook, naming no path of this machine; the notebook itself when it never began."""
    executed = nbformat.read(output if output.exists() else notebook, as_version=4)
    executed.metadata.setdefault("papermill", {}).update(input_path=notebook.name, output_path=notebook.name)
    nbformat.write(executed, output)
    return executed


def _handed_back(executed: Any) -> Iterator[dict[str, Any]]:
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            if (found := output.get("data", {}).get(mime.RESULT)) is not None:
                yield found
