"""How an error of ours ends a cell: a panel, the usual error beside it, and in a job a message to the runner."""

from __future__ import annotations

import sys
from traceback import format_exception
from types import TracebackType
from typing import Any

from IPython.display import display

from aurelius_kernel import mime
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.lab.error_panel import ErrorPanel, place_in_cell
from aurelius_kernel.lab.surroundings import in_a_dashboard, in_a_job

__all__ = ["show_error"]


def show_error(
    shell: Any, kind: type[BaseException], error: AureliusError, trace: TracebackType | None, tb_offset: int | None = None
) -> list[str]:
    """Show a panel, then the error itself: in a line where somebody reads along, for whom `%tb` has the rest, else in full.

    In a job the runner is told code and fields, which a traceback does not tell. On a page for readers there is no panel: what
    they see of an error is the page's to say.
    """
    place = place_in_cell(shell, trace)
    followed = _somebody_reads_along(shell) and not (in_a_job() or in_a_dashboard())
    panel = ErrorPanel(error=error, place=place, traceback=_from_the_cell(shell, error, trace) if followed else "")
    if not in_a_dashboard():
        display(panel.mimebundle(), raw=True)  # type: ignore[no-untyped-call]  # IPython leaves it untyped
    if in_a_job():
        told = {"class": kind.__name__, "code": error.code, "message": error.message, "fields": error.fields}
        display({mime.ERROR: told}, raw=True)  # type: ignore[no-untyped-call]
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace  # where %tb and %debug look
    shown: list[str] = [f"{kind.__name__}: the panel above says what is wrong; %tb shows the whole traceback."]
    if not followed:
        shown = shell.InteractiveTB.structured_traceback(kind, error, trace, tb_offset=tb_offset)
    shell._showtraceback(kind, error, shown)  # noqa: SLF001  # IPython's own hook, which front ends override
    return shown


def _from_the_cell(shell: Any, error: AureliusError, trace: TracebackType | None) -> str:
    """Python's own traceback, from the cell on: what IPython did to run it is left out."""
    begin = trace
    while begin is not None and shell.compile.format_code_name(begin.tb_frame.f_code.co_filename) is None:
        begin = begin.tb_next
    return "".join(format_exception(type(error), error, begin or trace))


def _somebody_reads_along(shell: Any) -> bool:
    """Whether a person typed the cell: programs that run notebooks say that they take no input."""
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return True
    content = kernel.get_parent("shell").get("content", {})
    return bool(content.get("allow_stdin", False))
