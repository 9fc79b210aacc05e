"""What a zygote imports and runs once, so that no kernel has to."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tqdm import tqdm

from aurelius_kernel import engine
from aurelius_kernel.views import pages

__all__ = ["warm_up"]

# Imported where they are installed; nothing here may start a thread.
MODULES = (
    "aurelius_kernel.grammars",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "ipywidgets",
    "bqplot",
    "anywidget",
    "tornado.platform.asyncio",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "matplotlib.backends.backend_agg",
    "scipy.stats",
    "anyio",
    "httpcore",
    "aurelius_kernel.client",
    "aurelius_kernel.data",
    "aurelius_kernel.indicators",
    "aurelius_kernel.lab.call_bar",
    "aurelius_kernel.lab.completion.names_at",
    "aurelius_kernel.lab.displays.record_card",
    "aurelius_kernel.lab.extension",
    "aurelius_kernel.lab.magics.jobs_table",
    "aurelius_kernel.lab.magics.runs_asked",
    "aurelius_kernel.lab.magics.submission",
    "aurelius_kernel.metrics",
    "aurelius_kernel.reporting",
    "aurelius_kernel.research",
    "aurelius_kernel.strategies",
    "aurelius_kernel.views",
)


def warm_up() -> None:
    """Import the research stack and run its engine and vectorbt once, in this thread alone."""
    for name in (*MODULES, *(f"{pages.__name__}.{page.name}" for page in pkgutil.iter_modules(pages.__path__))):
        with suppress(ImportError):
            importlib.import_module(name)
    for module in list(sys.modules.values()):
        getattr(module, "__file__", None)  # a module that is loaded lazily is loaded by this
    with _no_monitor():
        engine.warm_up()
        engine.warm_up_vectorbt()


@contextmanager
def _no_monitor() -> Iterator[None]:
    """Keep tqdm, which vectorbt counts by, from watching its bars in a thread."""
    before, tqdm.monitor_interval = tqdm.monitor_interval, 0
    try:
        yield
    finally:
        tqdm.monitor_interval = before
