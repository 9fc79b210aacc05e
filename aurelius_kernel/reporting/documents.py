"""Reports as documents: the tear sheet as PDF, its numbers as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import typst

from aurelius_kernel.assets import asset
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.hashing import canonical_json
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.reporting.run_summary import summary
from aurelius_kernel.reporting.targets import write_report
from aurelius_kernel.reporting.tear_sheet import tear_sheet
from aurelius_kernel.views.charts import equity_and_drawdown, return_distribution, risk_over_time

__all__ = ["Paper", "page_images", "pdf", "write_json", "write_pdf"]

Paper = Literal["a4", "letter"]

FIGURE_HEIGHTS_MM: dict[str, tuple[float, float]] = {"a4": (160.0, 98.0), "letter": (146.0, 86.0)}
"""How tall the figures of the first and second page are, so that each fills its page."""


def write_pdf(result: BacktestResult, path: str | Path, paper: Paper = "a4", trials: int | None = None) -> Path:
    """Write the tear sheet; the file is whole or not there, and the same bytes for the same result.

    `trials` is how many parameter sets were tried before this one was chosen, None when nobody counted. Raises InvalidField
    for another ending than .pdf, a folder that does not exist, an unknown paper or an impossible number of trials.
    """
    return write_report(path, ".pdf", lambda: pdf(result, paper, trials))


def write_json(result: BacktestResult, path: str | Path, trials: int | None = None) -> Path:
    """Write the numbers of the tear sheet; arguments and errors are those of `write_pdf`, with the ending .json."""
    return write_report(path, ".json", lambda: _numbers(result, trials))


def _numbers(result: BacktestResult, trials: int | None) -> bytes:
    numbers = json.loads(canonical_json(summary(result, trials)))
    return f"{json.dumps(numbers, indent=2, ensure_ascii=False)}\n".encode()


def pdf(result: BacktestResult, paper: Paper = "a4", trials: int | None = None) -> bytes:
    """The tear sheet as PDF: the same bytes for the same result, in any process and at any time."""
    document: bytes = _typeset(result, paper, trials, format="pdf")
    return document


def page_images(result: BacktestResult, paper: Paper = "a4", trials: int | None = None, ppi: float = 110.0) -> list[bytes]:
    """The pages of the tear sheet as PNG pictures of `ppi` points an inch."""
    pictures: bytes | list[bytes] = _typeset(result, paper, trials, format="png", ppi=ppi)
    return [pictures] if isinstance(pictures, bytes) else pictures


def _typeset(result: BacktestResult, paper: Paper, trials: int | None, **output: Any) -> Any:
    if paper not in FIGURE_HEIGHTS_MM:
        raise InvalidField.of("paper", f"must be {' or '.join(FIGURE_HEIGHTS_MM)}, not {paper!r}")
    folder = asset("reports")
    sheet = tear_sheet(result, summary(result, trials), paper) | {"figures": _figures(result, paper)}
    return typst.compile(
        folder / "tear_sheet.typ",
        root=folder,
        font_paths=[folder / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(sheet)},
        **output,
    )


def _figures(result: BacktestResult, paper: Paper) -> dict[str, str]:
    tall, low = FIGURE_HEIGHTS_MM[paper]
    return {
        "equity": equity_and_drawdown(result, tall).svg(),
        "risk": risk_over_time(result, low).svg(),
        "distribution": return_distribution(result).svg(),
    }
