"""The IPython extension of an Aurelius kernel: magics, completion, displays, progress, and errors as a panel."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from aurelius_kernel import lab
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.lab.completion.matcher import install_matcher
from aurelius_kernel.lab.displays.install import install_displays
from aurelius_kernel.lab.error_display import show_error
from aurelius_kernel.lab.magics.commands import AureliusMagics
from aurelius_kernel.watching import watch_calls

__all__ = ["load_ipython_extension", "unload_ipython_extension"]


def load_ipython_extension(shell: Any) -> None:
    """Put everything in place; called by IPython when the kernel starts, and harmless when it is called again."""
    shell.register_magics(AureliusMagics)
    install_matcher(shell)
    install_displays(shell)
    shell.set_custom_exc((AureliusError,), show_error)
    watch_calls(_bar)
    shell.banner2 = f"Aurelius: {os.environ.get('AURELIUS_KERNEL', 'plain')} kernel"
    if widgets := sys.modules.get("ipywidgets"):  # imported by the zygote, when there was no kernel yet to hear of them
        widgets.register_comm_target()
    if "matplotlib.pyplot" in sys.modules and "inline" in os.environ.get("MPLBACKEND", ""):  # likewise: it chose how to draw before
        shell.enable_matplotlib("inline")


def unload_ipython_extension(shell: Any) -> None:
    """Give errors back to IPython, and draw no more bars; magics stay until the kernel ends, as IPython's own do."""
    shell.set_custom_exc((), None)
    watch_calls(None)


def _bar(call: str, kept: str) -> AbstractContextManager[Callable[[float, str], None]]:
    """A bar for a call; what draws it is loaded with the first one."""
    return lab.CallBar(call, kept)
