"""The tear sheet as one HTML file: it needs no other file, no script and no network."""

from __future__ import annotations

import base64
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from aurelius_kernel.assets import asset
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.reporting.run_summary import summary
from aurelius_kernel.reporting.targets import write_report
from aurelius_kernel.reporting.tear_sheet import tear_sheet
from aurelius_kernel.views.charts import equity_and_drawdown, return_distribution, risk_over_time
from aurelius_kernel.views.theme import Chart

__all__ = ["html", "write_html"]


def write_html(result: BacktestResult, path: str | Path, trials: int | None = None) -> Path:
    """Write the page; arguments and errors are those of `write_pdf`, with the ending .html."""
    return write_report(path, ".html", lambda: html(result, trials).encode())


def html(result: BacktestResult, trials: int | None = None) -> str:
    """The page: the same text for the same result; every text of strangers is escaped, and the page forbids itself scripts."""
    sheet = tear_sheet(result, summary(result, trials), "a4")
    charts = {"equity": equity_and_drawdown(result), "risk": risk_over_time(result), "distribution": return_distribution(result)}
    templates = Environment(loader=FileSystemLoader(asset("reports")), autoescape=True, undefined=StrictUndefined)
    values = {**sheet, "cover": [tuple(row) for row in sheet["facts"]], "hash": result.hash}
    return templates.get_template("tear_sheet.html.j2").render(
        values, figures={name: _picture(chart) for name, chart in charts.items()}
    )


def _picture(chart: Chart) -> str:
    """A drawing as a picture of its own: its names cannot meet those of another, and nothing in it can act."""
    return base64.b64encode(chart.svg().encode()).decode()
