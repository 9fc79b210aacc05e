"""What it costs to name the library."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import Measured, fresh_process


def bench_import() -> Iterator[Measured]:
    ours = fresh_process("import aurelius_kernel")
    pandas = fresh_process("import pandas")
    yield Measured(what="import aurelius_kernel", value=ours, unit="s", at_most=0.5)
    yield Measured(what="import pandas, over import aurelius_kernel", value=pandas / ours, unit="×", at_least=1)
