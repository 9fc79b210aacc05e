"""The IPython extension of an Aurelius kernel: errors of ours keep what they know, and the kernel says of what kind it is."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any

from IPython.display import display

from aurelius_kernel import mime
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.lab.surroundings import in_a_job

__all__ = ["load_ipython_extension"]


def load_ipython_extension(shell: Any) -> None:
    """Put everything in place; called by IPython, once, when the kernel starts."""
    shell.set_custom_exc((AureliusError,), _hand_over_error)
    shell.banner2 = f"Aurelius: {os.environ.get('AURELIUS_KERNEL', 'plain')} kernel"
    if widgets := sys.modules.get("ipywidgets"):  # imported by the zygote, when there was no kernel yet to hear of them
        widgets.register_comm_target()


def _hand_over_error(
    shell: Any, kind: type[BaseException], error: AureliusError, trace: TracebackType, tb_offset: int | None = None
) -> None:
    """Show the error as ever, and in a job hand it over with its code and fields, which a traceback does not tell."""
    if in_a_job():
        told = {"class": kind.__name__, "code": error.code, "message": error.message, "fields": error.fields}
        display({mime.ERROR: told}, raw=True)  # type: ignore[no-untyped-call]  # IPython leaves it untyped
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
