"""A notebook before somebody's eyes: one real kernel with the extension, to run cells in and to type in."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from aurelius_kernel.lab.environment import kernel_environment

__all__ = ["PATIENCE", "Attached", "Cell", "Notebook", "our_spec"]

PATIENCE = 120


def our_spec() -> KernelSpec:
    """This interpreter's ipykernel with our extension, whatever kernelspecs are installed."""
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--ext=aurelius_kernel.lab.extension"]
    return KernelSpec(argv=command, display_name="Aurelius", language="python")


class PlainManager(KernelManager):
    """Starts plain kernels of ours."""

    @property
    def kernel_spec(self):
        return our_spec()


@dataclass
class Cell:
    """What a cell showed: displays and the result by media type, in their order; what it printed; and the error that ended it."""

    shown: list[dict[str, Any]] = field(default_factory=list)
    printed: str = ""
    error: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    updates: list[dict[str, Any]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    @property
    def html(self) -> str:
        """The HTML of everything that is shown."""
        return "".join(one.get("text/html", "") for one in [*self.shown, *([self.result] if self.result else [])])

    @property
    def text(self) -> str:
        """The text of everything that is shown."""
        return "\n".join(one.get("text/plain", "") for one in [*self.shown, *([self.result] if self.result else [])])


class Attached:
    """A kernel that somebody else started, driven by plain calls."""

    def __init__(self, client):
        self.client = client
        client.start_channels(hb=False)  # a busy machine misses beats of kernels that live
        client.wait_for_ready(timeout=PATIENCE)

    def run(self, code: str, *, somebody_types: bool = True) -> Cell:
        """Run a cell to its end."""
        return self.wait(self.client.execute(code, allow_stdin=somebody_types))

    def wait(self, asked: str) -> Cell:
        """What the cell of a request shows until it ends."""
        cell, deadline = Cell(), time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == asked and _is_end(message, cell):
                cell.pages = [one["data"]["text/plain"] for one in self._reply(asked).get("payload", []) if "data" in one]
                return cell
        raise TimeoutError(asked)

    def _reply(self, asked: str) -> dict[str, Any]:
        while (reply := self.client.get_shell_msg(timeout=PATIENCE))["parent_header"].get("msg_id") != asked:
            pass
        return reply["content"]

    def until_drawn(self, asked: str, words: str) -> None:
        """Wait until a display of a running cell says so."""
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if words in message["content"].get("data", {}).get("text/plain", ""):
                return

    def ask(self, expression: str) -> Any:
        """The text of an expression's value."""
        cell = self.run(f"print(({expression}))")
        assert cell.error is None, cell.error
        return cell.printed.strip()

    def typed(self, text: str) -> list[str]:
        """What the text may be completed to."""
        content = self.client.complete(text, len(text), reply=True, timeout=PATIENCE)["content"]
        return [text[: content["cursor_start"]] + one for one in content["matches"]]


class Notebook(Attached):
    """A kernel of one's own."""

    def __init__(self, folder, **environment: str):
        self.manager = PlainManager(transport="ipc", connection_file=str(folder / "kernel.json"))
        self.manager.start_kernel(env={**kernel_environment(os.environ), **environment}, cwd=str(folder))
        super().__init__(self.manager.client())

    def end(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def _is_end(message: dict[str, Any], cell: Cell) -> bool:
    kind, content = message["header"]["msg_type"], message["content"]
    if kind == "stream":
        cell.printed += content["text"]
    elif kind == "display_data":
        cell.shown.append(content["data"])
    elif kind == "update_display_data":
        cell.updates.append(content["data"])
    elif kind == "execute_result":
        cell.result = content["data"]
    elif kind == "error":
        cell.error = content
    return kind == "status" and content["execution_state"] == "idle"
