"""The papermill engine `aurelius`: tells progress and output while cells run, and takes its messages out of the notebook.

The entry point names this module, whose functions are what papermill asks of an engine: papermill loads its engines while it is
itself being imported, perhaps by the import below.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger

from aurelius_kernel import mime
from server_ext.jobs.progress import Progress

__all__ = ["AureliusEngine", "Run", "execute_notebook", "nb_kernel_name", "nb_language"]

ALIVE_EVERY = 0.1
DISPLAYS = ("display_data", "update_display_data", "execute_result")


@dataclass(kw_only=True)
class Run:
    """One run, as the engine sees it: whom it tells, what tells it to stop, and the error that a cell handed over."""

    on_progress: Callable[[Progress], None] = lambda _: None
    on_output: Callable[[str], str] = lambda text: text
    has_room_for: Callable[[Mapping[str, Any]], bool] = lambda _: True
    check: Callable[[], None] = lambda: None
    error: dict[str, Any] = field(default_factory=dict)


class ReportingClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """Executes the cells, and tells how far it is: before each cell, and whenever the cell itself says so."""

    def __init__(self, manager: Any, *, run: Run, **options: Any) -> None:
        super().__init__(manager, **options)
        self.run = run
        self.done = 0
        self.total = sum(1 for cell in self.nb.cells if cell.cell_type == "code")

    def papermill_execute_cells(self) -> None:
        """Say of what kind the kernel is that has started, and execute all cells."""
        kind, _, reason = getattr(self.km.provisioner, "kind", "plain").partition(": ")
        stage = f"on a {kind} kernel{reason and f': {reason}'}"
        self.run.on_progress(Progress(fraction=0.0, stage=stage))
        logger.info("The notebook runs %s.", stage)
        super().papermill_execute_cells()

    def execute_cell(self, cell: Any, *positional: Any, **options: Any) -> Any:
        """Report which cell it is, and execute it, unless the run is to go no further."""
        self.run.check()
        is_code = cell.cell_type == "code"
        if is_code:
            self.run.on_progress(Progress(fraction=self.done / self.total, stage=f"cell {self.done + 1} of {self.total}"))
        executed = super().execute_cell(cell, *positional, **options)
        self.done += is_code
        return executed

    def process_message(self, message: Any, *positional: Any, **options: Any) -> Any:
        """Take our own messages out of the stream, and what is beyond the bound; the rest becomes an output of the cell."""
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "stream":
            content["text"] = self.run.on_output(content["text"])
            return super().process_message(message, *positional, **options) if content["text"] else None
        if kind in DISPLAYS and not self._is_output(content.get("data", {})):
            return None
        return super().process_message(message, *positional, **options)

    def _is_output(self, data: Mapping[str, Any]) -> bool:
        if mime.PROGRESS in data:
            self._report(data[mime.PROGRESS])
            return False
        if mime.ERROR in data:
            self.run.error = dict(data[mime.ERROR])
            return False
        return mime.RESULT in data or self.run.has_room_for(data)

    def _report(self, said: Mapping[str, Any]) -> None:
        inside = min(1.0, max(0.0, float(said.get("fraction", 0.0))))
        self.run.on_progress(
            Progress(
                fraction=(self.done + inside) / self.total,
                stage=str(said.get("stage", "")),
                bar_time=said.get("bar_time"),
                equity=said.get("equity"),
                trades=said.get("trades"),
            )
        )

    async def _async_poll_kernel_alive(self) -> None:
        """Find out within a tenth of a second that the kernel is gone; nbclient itself looks once a second."""
        while True:
            await asyncio.sleep(ALIVE_EVERY)
            try:
                await self._async_check_alive()
            except DeadKernelError:
                if self.task_poll_for_reply is not None:
                    self.task_poll_for_reply.cancel()
                return


class AureliusEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """papermill's engine; a kernel that is handed to it is ended by who did that, one of its own by itself."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        kernel: Any = None,
        run: Run | None = None,
        start_timeout: int = 60,
        **_: Any,
    ) -> Any:
        """Execute every cell; the manager holds the outcome."""
        run = run or Run()
        run.on_progress(Progress(fraction=0.0, stage="starting a kernel"))
        client = ReportingClient(nb_man, km=kernel, run=run, kernel_name=kernel_name, startup_timeout=start_timeout)
        client.execute()
        run.on_progress(Progress(fraction=1.0, stage="done"))


execute_notebook = AureliusEngine.execute_notebook
nb_kernel_name = AureliusEngine.nb_kernel_name
nb_language = AureliusEngine.nb_language
