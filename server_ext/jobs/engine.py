"""The papermill engine `aurelius`: tells progress while cells run, and takes its messages out of the notebook.

The entry point names this module, whose functions are what papermill asks of an engine: papermill loads its engines while it is
itself being imported, perhaps by the import below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine

from aurelius_kernel import mime
from server_ext.jobs.kernel import JobKernel
from server_ext.jobs.progress import Progress

__all__ = ["AureliusEngine", "execute_notebook", "nb_kernel_name", "nb_language"]


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Who is told of a run while it runs."""

    on_progress: Callable[[Progress], None]
    on_output: Callable[[str], None]


class ReportingClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """Executes the cells, and tells how far it is: before each cell, and whenever the cell itself says so."""

    def __init__(self, manager: Any, *, tell: Listener, **options: Any) -> None:
        super().__init__(manager, **options)
        self.tell = tell
        self.done = 0
        self.total = sum(1 for cell in self.nb.cells if cell.cell_type == "code")

    def execute_cell(self, cell: Any, *positional: Any, **options: Any) -> Any:
        """Report which cell it is, and execute it."""
        is_code = cell.cell_type == "code"
        if is_code:
            self.tell.on_progress(Progress(fraction=self.done / self.total, stage=f"cell {self.done + 1} of {self.total}"))
        executed = super().execute_cell(cell, *positional, **options)
        self.done += is_code
        return executed

    def process_message(self, message: Any, *positional: Any, **options: Any) -> Any:
        """Take a progress display out of the stream; everything else becomes an output of the cell."""
        said = message["content"].get("data", {}).get(mime.PROGRESS) if _is_display(message) else None
        if message["header"]["msg_type"] == "stream":
            self.tell.on_output(message["content"]["text"])
        if said is None:
            return super().process_message(message, *positional, **options)
        inside = min(1.0, max(0.0, float(said.get("fraction", 0.0))))
        self.tell.on_progress(Progress(fraction=(self.done + inside) / self.total, stage=str(said.get("stage", ""))))
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
        tell: Listener,
        start_timeout: int,
        **_: Any,
    ) -> Any:
        """Execute every cell on the given kernel; the manager holds the outcome."""
        tell.on_progress(Progress(fraction=0.0, stage="starting a kernel"))
        client = ReportingClient(nb_man, km=kernel, tell=tell, kernel_name=kernel_name, startup_timeout=start_timeout)
        client.execute(cleanup_kc=False)
        tell.on_progress(Progress(fraction=1.0, stage="done"))


def _is_display(message: Any) -> bool:
    return message["header"]["msg_type"] in ("display_data", "update_display_data")


execute_notebook = AureliusEngine.execute_notebook
nb_kernel_name = AureliusEngine.nb_kernel_name
nb_language = AureliusEngine.nb_language
