"""Kernels that start warm: whole jobs beside plain papermill, the first vectorbt portfolio, and the memory of one kernel more."""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from aurelius_kernel import data
from aurelius_kernel.assets import asset
from aurelius_kernel.lab.environment import kernel_environment
from aurelius_kernel.lab.zygote import Address, Unavailable, hold, start
from benchmarks.measure import Measured
from server_ext.jobs import execute

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 3
PATIENCE = 240.0
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
VECTORBT = """
import time
began = time.perf_counter()
import numpy as np, pandas as pd, vectorbt as vbt
close = pd.Series(100 + np.sin(np.arange(2_500)), index=pd.date_range("2010-01-04", periods=2_500))
average = vbt.MA.run(close, 10)
entries, exits = average.ma_crossed_below(close), average.ma_crossed_above(close)
vbt.Portfolio.from_signals(close, entries, exits, fees=1e-3, freq="1D").stats()
print(time.perf_counter() - began)
"""
FIRST = "import aurelius_kernel as ak\nak.backtest('trend_following', instruments=['GOOG'])"
# What a kernel holds for itself alone is what one more of them costs: the rest is there already, or is shared with the zygote.
MEMORY = """
import psutil, vectorbt
print(psutil.Process().memory_full_info().uss)
"""


class NotebookManager(KernelManager):
    """Starts kernels by the kernelspec that Aurelius ships, whatever is installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec.from_resource_dir(str(ROOT / "share/jupyter/kernels/aurelius"))


def bench_warm_kernels() -> Iterator[Measured]:
    """Jobs on warm kernels and by plain papermill, in turn; the kernels of the two are otherwise the same."""
    with tempfile.TemporaryDirectory(prefix="aurelius-") as name, _home(Path(name)) as ready:
        folder = Path(name)
        yield Measured(what="a zygote from its start until it answers, in the background", value=ready, unit="s")
        trivial, first, memory = (_notebook(folder, cell) for cell in ("print(number)", VECTORBT, MEMORY))
        ours, theirs = _in_turn(folder, trivial)
        yield Measured(what="a trivial notebook as a job", value=ours, unit="s", at_most=0.6)
        yield Measured(what="plain papermill, over that", value=theirs / ours, unit="×")
        ours, theirs = _in_turn(folder, _named(asset("notebooks/backtest.ipynb"), folder))
        yield Measured(what="the backtest notebook on GOOG as a job", value=ours, unit="s", at_most=1.5)
        yield Measured(what="plain papermill, over that", value=theirs / ours, unit="×")
        ours, theirs = _in_turn(folder, first)
        yield Measured(what="a vectorbt notebook as a job", value=ours, unit="s")
        yield Measured(what="plain papermill, over that", value=theirs / ours, unit="×", at_least=4)
        yield Measured(
            what="… of which the kernel's first Portfolio with its import", value=_said(folder, first), unit="s", at_most=1
        )
        yield from _memory(folder, memory)
        firsts = [_first_result(folder) for _ in range(REPEATS)]
        yield Measured(
            what="a notebook's kernel from its start to its first backtest shown",
            value=statistics.median(firsts),
            unit="s",
            at_most=1.5,
        )


def _memory(folder: Path, notebook: Path) -> Iterator[Measured]:
    warm = _said(folder, notebook) / 2**20
    papermill.execute_notebook(str(notebook), str(folder / "plain.ipynb"), kernel_name="python3", progress_bar=False)
    plain = float(_printed(folder / "plain.ipynb")) / 2**20
    yield Measured(what="memory of one warm kernel more with vectorbt", value=warm, unit="MB")
    yield Measured(what="… as a part of a plain one's", value=warm / plain, unit="", at_most=0.5)


def _first_result(folder: Path) -> float:
    """Seconds from asking for a kernel, as JupyterLab does, until the card of a first backtest on GOOG is there."""
    began = time.perf_counter()
    manager = NotebookManager(transport="ipc", connection_file=str(folder / "notebook.json"))
    manager.start_kernel(env=dict(os.environ), cwd=str(folder))
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE)
        asked = client.execute(FIRST)
        while (message := client.get_iopub_msg(timeout=PATIENCE))["msg_type"] != "execute_result":
            if message["msg_type"] == "error":
                raise RuntimeError(message["content"]["evalue"])
        if message["parent_header"]["msg_id"] != asked or "<svg" not in message["content"]["data"]["text/html"]:
            raise RuntimeError("the first result is not the backtest's card")
        seconds = time.perf_counter() - began
        if (kind := manager.provisioner.kind) != "warm":
            raise RuntimeError(kind)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return seconds


def _in_turn(folder: Path, notebook: Path) -> tuple[float, float]:
    """Median seconds of the job and of plain papermill, run in turn, so that a busy machine slows both."""
    plainly = {"kernel_name": "python3", "progress_bar": False}
    pairs = [
        (
            _seconds(lambda: _run(folder, notebook)),
            _seconds(lambda: papermill.execute_notebook(str(notebook), str(folder / "plain.ipynb"), **plainly)),
        )
        for _ in range(REPEATS)
    ]
    ours, theirs = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(theirs)


def _run(folder: Path, notebook: Path) -> Path:
    done = execute(notebook, {}, folder / "out")
    if done.error is not None or done.kernel != "warm":
        raise RuntimeError(f"{notebook.name}: {done.error or done.kernel}")
    return done.notebook


def _said(folder: Path, notebook: Path) -> float:
    return statistics.median(float(_printed(_run(folder, notebook))) for _ in range(REPEATS))


def _printed(notebook: Path) -> str:
    return "".join(
        output.text
        for cell in nbformat.read(notebook, 4).cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
    )


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _notebook(folder: Path, cell: str) -> Path:
    tagged = nbformat.v4.new_code_cell("number: int = 3", metadata={"tags": ["parameters"]})
    made = nbformat.v4.new_notebook(cells=[tagged, nbformat.v4.new_code_cell(cell)], metadata={"kernelspec": KERNEL})
    path = folder / f"{abs(hash(cell))}.ipynb"
    nbformat.write(made, path)
    return path


def _named(notebook: Path, folder: Path) -> Path:
    path = folder / notebook.name
    path.write_text(json.dumps({**json.loads(notebook.read_text()), "metadata": {"kernelspec": KERNEL}}))
    return path


@contextmanager
def _home(folder: Path) -> Iterator[float]:
    """A home with GOOG's bars, and a zygote of its own; gives the seconds until that was ready."""
    before = dict(os.environ)
    os.environ |= {"AURELIUS_HOME": str(folder / "home"), "AURELIUS_WARM_KERNELS": "on", "XDG_RUNTIME_DIR": str(folder)}
    os.environ.setdefault("NUMBA_CACHE_DIR", str(folder / "numba"))
    try:
        data.install_samples()
        environment = kernel_environment(os.environ)
        address = Address.of(environment)
        began = time.monotonic()
        start(address, environment)
        with _held(address, began + PATIENCE):
            yield time.monotonic() - began
    finally:
        os.environ.clear()
        os.environ |= before


def _held(address: Address, deadline: float) -> socket:
    """The zygote, once it is ready."""
    while time.monotonic() < deadline:
        time.sleep(0.05)
        with suppress(Unavailable):
            return hold(address)
    raise TimeoutError(address.log.read_text()[-500:])
