"""`aurelius report`: a stored result for people."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from aurelius_kernel.artifacts import Store, load_result
from server_ext.cli.answer import Answer, facts
from server_ext.cli.command import AureliusCommand

__all__ = ["command"]


@click.command(cls=AureliusCommand)
@click.argument("ref")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ends in .pdf, .html, .xlsx or .json.  [default: report.pdf]",
)
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Of the PDF.")
@click.option("--trials", type=int, metavar="COUNT", help="How many parameter sets were tried before this one was chosen.")
def command(ref: str, output: Path | None, paper: Literal["a4", "letter"], trials: int | None) -> Answer:
    """Write the result REF as a tear sheet in PDF or HTML, as an Excel workbook, or its numbers as JSON.

    REF is a hash, its first eight characters or more, or a pinned name. The same result gives the same bytes.
    """
    result = load_result(Store(), ref)
    path = output or Path("report.pdf")
    options = {"paper": paper} if path.suffix.lower() == ".pdf" else {}
    written = result.report(path, trials=trials, **options)
    return Answer({"hash": result.hash, "path": str(written)}, [facts([("result", result.hash), ("wrote", written)])])
