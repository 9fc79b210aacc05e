"""A zygote that warms up nothing but what it needs to fork: `python small_zygote.py SOCKET IDLE_SECONDS [MODULE …]`."""

import importlib
import sys
from pathlib import Path

from aurelius_kernel.lab.zygote.__main__ import main

if __name__ == "__main__":
    socket, idle_seconds, *modules = sys.argv[1:]
    main(Path(socket), idle_seconds=float(idle_seconds), warm_up=lambda: [importlib.import_module(name) for name in modules])
