"""The tear sheet as one HTML file: it needs no other file, no script and no network."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from aurelius_kernel.assets import asset
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.reporting.run_summary import summary
from aurelius_kernel.reporting.targets import write_report
from aurelius_kernel.reporting.tear_sheet import tear_sheet
from aurelius_kernel.views.charts import equity_and_drawdown, return_distribution, risk_over_time

__all__ = ["html", "page_from", "picture", "write_html"]


def write_html(result: BacktestResult, path: str | Path, trials: int | None = None) -> Path:
    """Write the page; arguments and errors are those of `write_pdf`, with the ending .html."""
    return write_report(path, ".html", lambda: html(result, trials).encode())


def html(result: BacktestResult, trials: int | None = None) -> str:
    """The page: the same text for the same result; every text of strangers is escaped, and the page forbids itself scripts."""
    sheet = tear_sheet(result, summary(result, trials), "a4")
    charts = {"equity": equity_and_drawdown(result), "risk": risk_over_time(result), "distribution": return_distribution(result)}
    figures = {name: picture(chart.svg()) for name, chart in charts.items()}
    cover = [tuple(row) for row in sheet["facts"]]
    return page_from("tear_sheet.html.j2", {**sheet, "cover": cover, "hash": result.hash, "figures": figures})


def page_from(template: str, values: Mapping[str, Any]) -> str:
    """A page of the reports folder filled in; every text is escaped, and a name that the template lacks is an error."""
    templates = Environment(loader=FileSystemLoader(asset("reports")), autoescape=True, undefined=StrictUndefined)
    return templates.get_template(template).render(values)


def picture(svg: str) -> str:
    """A drawing as a picture of its own: its names cannot meet those of another, and nothing in it can act."""
    return base64.b64encode(svg.encode()).decode()
