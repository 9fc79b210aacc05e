"""Run `bench_*` functions and print what they measured: all of them, or those of the modules named on the command line.

A benchmark is a function `bench_…` in a file `benchmarks/bench_….py` that yields `Measured`. `sweep:growth` names those functions
of a module that have the second word in their name. Times depend on the machine and on what else it does; ratios hold.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import Measured

LINE = "{:<66} {:>12} {:>2}  {:<10} {}"


def main(words: list[str]) -> int:
    """Print one line a measurement; 1 when a target was missed or nothing has a name with these words."""
    found = list(benchmarks(words))
    if not found:
        print(f"No benchmark is named {' or '.join(words)}; there are: {', '.join(module_names())}.", file=sys.stderr)
        return 1
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(LINE.format("what", "measured", "", "target", "").rstrip())
    kept = [shown(measured) for benchmark in found for measured in benchmark()]
    return 0 if all(kept) else 1


def benchmarks(words: list[str]) -> Iterator[Callable[[], Iterator[Measured]]]:
    """The benchmark functions of the modules that have one of the words in their name; of all modules without words."""
    asked = [word.partition(":")[::2] for word in words] or [("", "")]
    for name in module_names():
        parts = [part for module, part in asked if module in name]
        if parts:
            functions = vars(importlib.import_module(f"benchmarks.{name}")).items()
            yield from (run for key, run in functions if key.startswith("bench_") and any(part in key for part in parts))


def module_names() -> list[str]:
    """The modules that hold benchmarks, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))


def shown(measured: Measured) -> bool:
    """Print the line of one measurement; True when it kept its target."""
    verdict = "" if measured.kept else "missed"
    print(LINE.format(measured.what, f"{measured.value:,.4g}", measured.unit, measured.target, verdict).rstrip(), flush=True)
    return measured.kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
