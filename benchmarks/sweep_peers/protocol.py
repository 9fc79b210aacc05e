"""How a peer is driven: it reads its work, runs once to be warm, then once for every line it is sent."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from work import Work

Run = Callable[[], dict[str, np.ndarray]]


def serve(prepare: Callable[[Work], Run]) -> None:
    """Write the results of a first run, then the seconds of each run that is asked for, then the peak memory in megabytes."""
    run = prepare(Work.read(Path(sys.argv[1])))
    np.savez(sys.argv[2], **run())
    print("ready", flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        run()
        print(time.perf_counter() - started, flush=True)
    print(peak(), flush=True)


def peak() -> float:
    """The most memory that this process has had, in megabytes; `getrusage` would count that of whoever started it too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
