"""What stopped a notebook, as one of our errors."""

from __future__ import annotations

from pathlib import Path

from papermill.exceptions import PapermillExecutionError

from aurelius_kernel import errors
from aurelius_kernel.errors import AureliusError, RunFailed

__all__ = ["failure_of_cell", "failure_of_kernel"]


def failure_of_cell(error: PapermillExecutionError, notebook: str) -> AureliusError:
    """One of our own errors again when the cell raised one, code and sentence kept; else RunFailed naming cell and error."""
    own = getattr(errors, str(error.ename), None)
    if isinstance(own, type) and issubclass(own, AureliusError):
        # Some of the tree build their sentence from parts; the sentence is here already.
        revived = own.__new__(own)
        AureliusError.__init__(revived, str(error.evalue))
        return revived
    first_line = str(error.evalue).strip().partition("\n")[0]
    said = f"{error.ename}: {first_line}" if first_line else str(error.ename)
    return RunFailed(f"In [{error.exec_count}] of {notebook} failed: {said.rstrip('.')}.")


def failure_of_kernel(log: Path, notebook: str) -> RunFailed:
    """RunFailed for a kernel that died, with the last thing it said."""
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    said = f": {last[:200].rstrip('.')}" if last else ", out of memory or killed from outside"
    return RunFailed(f"The kernel that ran {notebook} died{said}.")
