"""`python -m aurelius_kernel.reporting.rendering`: a report drawn by a process of its own, asked for in JSON on standard input.

Drawing needs much that a server does not, and a report that hangs or eats memory must not take the server along. What is asked is
`{"kind": …, "store": folder or null, "path": target, …}`; what was wrong comes back as JSON on standard output, with exit code 1.
Validations and notebooks need more than that, and have programs of their own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aurelius_kernel.artifacts import Store, load_result
from aurelius_kernel.errors import AureliusError, UnknownName
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.portfolio import Comparison, combine, compare
from aurelius_kernel.reporting.documents import write_json, write_pdf
from aurelius_kernel.reporting.web_page import write_html
from aurelius_kernel.reporting.workbook import write_xlsx

__all__ = ["KINDS", "answer"]

Draw = Callable[[Store, Path, Mapping[str, Any]], None]


WRITERS: dict[str, Callable[[BacktestResult, Path], Path]] = {
    ".pdf": write_pdf,
    ".xlsx": write_xlsx,
    ".html": write_html,
    ".json": write_json,
}


def answer(kinds: Mapping[str, Draw]) -> int:
    """Draw what is asked for on standard input; 0 when the file is there."""
    asked = json.load(sys.stdin)
    try:
        draw = kinds.get(asked["kind"])
        if draw is None:
            raise UnknownName("report", asked["kind"], kinds, field="kind")
        draw(Store(asked["store"]), Path(asked["path"]), asked)
    except AureliusError as error:
        sys.stdout.write(json.dumps({"code": error.code, "message": error.message, "fields": error.fields}))
        return 1
    return 0


def _backtest(store: Store, path: Path, asked: Mapping[str, Any]) -> None:
    WRITERS[path.suffix](load_result(store, asked["result"]), path)


def _comparison(store: Store, path: Path, asked: Mapping[str, Any]) -> None:
    _compared(store, asked).report(path)


def _portfolio(store: Store, path: Path, asked: Mapping[str, Any]) -> None:
    combine(_compared(store, asked), asked["weights"], asked["rebalance"]).report(path)


def _compared(store: Store, asked: Mapping[str, Any]) -> Comparison:
    return compare({name: load_result(store, result) for name, result in asked["results"].items()})


KINDS: dict[str, Draw] = {
    "backtest": _backtest,
    "comparison": _comparison,
    "portfolio": _portfolio,
}
"""What can be drawn."""


if __name__ == "__main__":
    sys.exit(answer(KINDS))
