"""`aurelius data`: the catalogue of bars from a shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from aurelius_kernel import data
from aurelius_kernel.views.numerals import count, plural
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup
from server_ext.cli.progress import progress

__all__ = ["command"]

SHOWN_ROWS = 20


@click.group(cls=CommandGroup)
def command() -> None:
    """Bars: list them, fill the catalogue with samples, import and check files."""


@command.command("list")
def list_() -> Answer:
    """Every instrument in the catalogue, with its source and what it covers."""
    table = data.instruments()
    document = table.to_dict("records")
    lines = [
        (
            one["instrument"],
            one["frequency"],
            count(one["rows"]),
            f"{one['first']:%Y-%m-%d}",
            f"{one['last']:%Y-%m-%d}",
            one["source"],
            one["adjustment"],
            one["fidelity"],
            one["provider"],
        )
        for one in document
    ]
    titles = ("instrument", "frequency", "rows", "first", "last", "source", "adjustment", "fidelity", "provider")
    empty = ["The catalogue is empty: `aurelius data samples` fills it with real bars, `aurelius data import` with your own."]
    return Answer(document, [rows(titles, lines, right=("rows",))] if lines else empty)


@command.command()
def samples() -> Answer:
    """Put the real bars that installed packages carry into the catalogue."""
    with progress("samples") as tell:
        written = data.install_samples(progress=lambda done, total, name: tell(done / total, name))
    said = f"Wrote {', '.join(written)}." if written else "Every sample is in the catalogue already."
    return Answer({"written": list(written)}, [said])


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--instrument", required=True, metavar="NAME", help="What the bars are of.")
@click.option("--timezone", metavar="ZONE", help="The zone of times that name none, as America/New_York.")
@click.option("--calendar", metavar="NAME", help="The exchange's calendar.  [default: XNYS]")
@click.option("--adjustment", help="What was done to the prices: raw, split or total-return.  [default: split]")
@click.option("--frequency", metavar="LENGTH", help="Of a bar: 1d, 1h, 5min.  [default: 1d]")
@click.option("--source", metavar="NAME", help="The name the data set goes by.  [default: import]")
@click.option("--provider", metavar="NAME", help="Who the bars come from.  [default: the file's name]")
@click.option("--licence", metavar="TEXT", help="What may be done with them.")
@click.option("--stamps", help="Whether a time is that of the bar's close or of its open.  [default: close]")
@click.option("--date-format", metavar="FORMAT", help="How to read the dates, as of strptime.")
@click.option("--on-error", help="refuse: take nothing when a row is impossible; skip: take the others.  [default: refuse]")
@click.option("--replace", is_flag=True, help="Replace the bars that are there.")
def import_(file: Path, instrument: str, **options: Any) -> Answer:
    """Import the bars of one instrument from a CSV or Parquet FILE, all or, with --on-error skip, those that are possible."""
    given = {name: value for name, value in options.items() if value is not None}
    report = data.import_bars(file, instrument, **given)
    told = facts(
        [
            ("instrument", f"{report.instrument}, {report.frequency}, source {report.source}"),
            ("rows taken", f"{count(report.rows_taken)}, {report.first} to {report.last}"),
            ("rows refused", count(report.rows_refused)),
            ("data hash", report.data_hash),
        ]
    )
    refused = rows(("row", "time", "reason"), [(row.row, row.time, row.reason) for row in report.refused[:SHOWN_ROWS]])
    return Answer(report.document(), [told, *(["", refused] if report.refused else []), *_findings(report)])


@command.command()
@click.argument("instruments", nargs=-1)
@click.option("--frequency", default="1d", show_default=True, help="Of the bars.")
@click.option("--source", default="default", show_default=True, help="Of the bars.")
def check(instruments: tuple[str, ...], frequency: str, source: str) -> Answer:
    """Verify the bars against their hash and report what is odd: gaps, large moves, stale prices; all instruments unless named."""
    table = data.instruments()
    wanted = instruments or tuple(table.loc[table["frequency"] == frequency, "instrument"].unique())
    with progress("checking") as tell:
        reports = []
        for done, name in enumerate(wanted):
            tell(done / len(wanted), name)
            reports.append(data.check(name, frequency, source))
    lines = [
        (report.instrument, report.source, count(report.rows), finding.count, finding.sentence, ", ".join(finding.times[:3]))
        for report in reports
        for finding in report.findings
    ]
    titles = ("instrument", "source", "rows", "count", "what is odd", "as on")
    sound = sum(1 for report in reports if not report.findings)
    said = f"{plural(len(reports), 'instrument')} checked, {count(sound)} without a finding."
    return Answer([report.document() for report in reports], [rows(titles, lines, right=("rows", "count")), "", said])


def _findings(report: data.ImportReport) -> list[Any]:
    if not report.findings:
        return []
    lines = [(finding.count, finding.sentence, ", ".join(finding.times[:3])) for finding in report.findings]
    return ["", rows(("count", "what is odd", "as on"), lines, right=("count",))]
