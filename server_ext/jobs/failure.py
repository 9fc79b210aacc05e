"""What stopped a notebook, as one of our errors."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from papermill.exceptions import PapermillExecutionError

from aurelius_kernel.errors import AureliusError, RunFailed
from server_ext.jobs.limits import Limits
from server_ext.jobs.outcome import Ending, Outcome

__all__ = ["failed_cell", "failed_kernel"]

MEMORY_ERRORS = ("MemoryError", "_ArrayMemoryError", "ArrowMemoryError")
LONGEST_SAYING = 200
TAIL = 4_000


def failed_cell(error: PapermillExecutionError, told: Mapping[str, Any], notebook: str, limits: Limits) -> Ending:
    """The ending of a run whose cell raised an error.

    One of our own errors is that error again, with its code, sentence and fields, which the kernel told beside the traceback;
    anything else is RunFailed, naming cell and error.
    """
    where = f"In [{error.exec_count}] of {notebook}"
    if told and told.get("message") == str(error.evalue):
        return Ending(outcome=Outcome.FAILED, error=_revived(told))
    if error.ename in MEMORY_ERRORS:
        most = f"its {limits.memory_mb} MB" if limits.memory_mb is not None else "there is"
        return Ending.of(Outcome.OUT_OF_MEMORY, f"{where} needed more memory than {most}.")
    first_line = str(error.evalue).strip().partition("\n")[0]
    said = f"{error.ename}: {first_line}" if first_line else str(error.ename)
    return Ending.of(Outcome.FAILED, f"{where} failed: {said.rstrip('.')}.")


def failed_kernel(exit_code: int | None, log: Path, notebook: str, *, ran_out_of_memory: bool | None) -> Ending:
    """The ending of a run whose kernel is gone: LOST for one that was killed or never came, FAILED for one that ended itself.

    One that was killed while the system killed for want of memory is OUT_OF_MEMORY; whether it did is not known everywhere.
    """
    died = f"The kernel that ran {notebook}"
    if exit_code == -signal.SIGKILL:
        return _killed(died, ran_out_of_memory)
    if exit_code is not None and exit_code < 0:
        return Ending.of(Outcome.LOST, f"{died} crashed by {signal.Signals(-exit_code).name}.")
    if exit_code is None:
        return Ending.of(Outcome.LOST, f"{died} did not start{_last_words(log)}.")
    return Ending.of(Outcome.FAILED, f"{died} ended itself with exit code {exit_code}.")


def _killed(died: str, ran_out_of_memory: bool | None) -> Ending:
    if ran_out_of_memory:
        return Ending.of(Outcome.OUT_OF_MEMORY, f"{died} was killed by the system, which had run out of memory.")
    doubt = " or, which cannot be told here, because the system ran out of memory" if ran_out_of_memory is None else ""
    return Ending.of(Outcome.LOST, f"{died} was killed from outside{doubt}.")


def _revived(told: Mapping[str, Any]) -> AureliusError:
    """The error that was raised in the kernel; a class that is not known here becomes its nearest known kind."""
    known = {kind.__name__: kind for kind in _tree(AureliusError)} | {kind.code: kind for kind in _tree(AureliusError)}
    kind = known.get(str(told.get("class"))) or known.get(str(told.get("code"))) or RunFailed
    revived = kind.__new__(kind)  # some build their sentence from parts; the sentence is here already
    fields = {str(name): str(problem) for name, problem in dict(told.get("fields") or {}).items()}
    AureliusError.__init__(revived, str(told["message"]), fields=fields)
    return revived


def _tree(root: type[AureliusError]) -> Iterator[type[AureliusError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


def _last_words(log: Path) -> str:
    lines = log.read_bytes()[-TAIL:].decode(errors="replace").split("\n") if log.exists() else []
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {last[:LONGEST_SAYING].rstrip('.')}" if last else ""
