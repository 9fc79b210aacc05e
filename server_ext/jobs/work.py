"""What a Dask worker does of a job: it runs the notebook, keeps what came of it, and says that it is alive meanwhile.

A worker has no access to the database and no secret: it is handed a notebook with its parameters, and gives back hashes.
"""

from __future__ import annotations

import dataclasses
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Self

from distributed import Worker, get_worker

from aurelius_kernel import mime
from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import AureliusError, StorageUnavailable
from server_ext.jobs.assignment import Assignment, Report, Said, pin_of
from server_ext.jobs.execution import Execution, execute
from server_ext.jobs.limits import Limits
from server_ext.jobs.outcome import Outcome
from server_ext.jobs.process_group import ProcessGroup
from server_ext.jobs.progress import Progress

__all__ = ["TOPIC", "carry_out", "stop"]

TOPIC = "aurelius-jobs"
BEAT_SECONDS = 1.0
TELL_SECONDS = 0.2
LOOK_SECONDS = 0.1
MOST_TEXT = 64 * 1024

_cancelled: dict[str, threading.Event] = {}


def carry_out(assignment: Assignment) -> Report:
    """Run the notebook and keep it, its log and its result in the store; whatever goes wrong is in the report."""
    worker, cancelled = get_worker(), _cancelled.setdefault(assignment.key, threading.Event())
    try:
        with (
            tempfile.TemporaryDirectory(prefix="aurelius-job-", ignore_cleanup_errors=True) as folder,
            Teller(worker, assignment.key, cancelled) as teller,
        ):
            return _kept(assignment, _run(assignment, Path(folder), teller, cancelled))
    except AureliusError as error:
        outcome = Outcome.LOST if isinstance(error, StorageUnavailable) else Outcome.FAILED
        return Report(outcome=outcome, seconds=0.0, error_code=error.code, error=error.message)
    finally:
        _cancelled.pop(assignment.key, None)


def stop(key: str) -> None:
    """End the run of that name, if it is here."""
    if key in _cancelled:
        _cancelled[key].set()


class Teller:
    """Says what a run does: at most five times a second what is new, and once a second that it is alive.

    It also looks whether anybody still wants the run: when whoever asked for it is gone, the run is cancelled.
    """

    def __init__(self, worker: Worker, key: str, cancelled: threading.Event) -> None:
        self._worker, self._key, self._cancelled = worker, key, cancelled
        self._lock, self._over = threading.Lock(), threading.Event()
        self._progress: dict[str, Any] | None = None
        self._text: list[str] = []
        self._thread = threading.Thread(target=self._keep_telling, name="teller", daemon=True)

    def __enter__(self) -> Self:
        self._say()
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        self._thread.join()
        self._say_news()

    def progress(self, at: Progress) -> None:
        """Take down how far the run is."""
        with self._lock:
            self._progress = dataclasses.asdict(at)

    def output(self, text: str) -> None:
        """Take down what a cell printed; what comes faster than it is told is left to the log."""
        with self._lock:
            if sum(map(len, self._text)) < MOST_TEXT:
                self._text.append(text[:MOST_TEXT])

    def kernel(self, group: ProcessGroup) -> None:
        """Say at once which processes are to be ended should this worker be killed."""
        self._say(host=socket.gethostname(), pid=group.pid, pid_started=group.started)

    def _keep_telling(self) -> None:
        told = beaten = time.monotonic()
        while not self._over.wait(LOOK_SECONDS):
            now = time.monotonic()
            if not self._is_wanted():
                self._cancelled.set()
            if now - told >= TELL_SECONDS and self._say_news():
                told = beaten = now
            elif now - beaten >= BEAT_SECONDS:
                self._say()
                beaten = now

    def _say_news(self) -> bool:
        with self._lock:
            progress, text = self._progress, "".join(self._text)
            self._progress, self._text = None, []
        if progress is None and not text:
            return False
        self._say(progress=progress, text=text)
        return True

    def _say(self, **news: Any) -> None:
        self._worker.log_event(TOPIC, dataclasses.asdict(Said(key=self._key, worker=self._worker.address, **news)))

    def _is_wanted(self) -> bool:
        """Dask marks what it runs for a client that has left as cancelled."""
        task = self._worker.state.tasks.get(self._key)
        return task is not None and task.state in {"executing", "long-running"}


def _run(assignment: Assignment, folder: Path, teller: Teller, cancelled: threading.Event) -> Execution:
    notebook = folder / "queued" / assignment.name
    notebook.parent.mkdir()
    notebook.write_bytes(assignment.notebook)
    return execute(
        notebook,
        assignment.parameters,
        folder / "executed",
        environment={**assignment.environment, "AURELIUS_STORE": assignment.store},
        limits=Limits(seconds=assignment.seconds, memory_mb=assignment.memory_mb, cpus=assignment.cpus),
        on_progress=teller.progress,
        on_output=teller.output,
        on_kernel=teller.kernel,
        cancelled=cancelled,
    )


def _kept(assignment: Assignment, run: Execution) -> Report:
    """The report of a run whose notebook, log and result are in the store; what no result keeps there, a pin does."""
    store = Store(assignment.store)
    found: dict[str, Any] = next(iter(reversed(run.handed_back)), {})
    result = str(found.get("hash", "")) if store.exists(str(found.get("hash", ""))) else None
    parents = {"source": assignment.source, **({"result": result} if result else {})}
    executed = store.put(run.notebook.read_bytes(), kind="executed_notebook", parents=parents, media_type=mime.NOTEBOOK)
    if result is None:
        store.pins.set(pin_of(assignment.job_id), executed)
    return Report(
        outcome=run.outcome,
        seconds=run.seconds,
        executed=executed,
        log=store.put(run.log.read_bytes(), kind="job_log", parents={"notebook": executed}, media_type="text/plain"),
        result=result,
        found=found,
        error_code=run.error.code if run.error else None,
        error=run.error.message if run.error else None,
    )
