"""The page on data: what the catalogue holds, where it comes from, and what is odd about it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import ipywidgets as widgets
import pandas as pd

from aurelius_kernel.data import Catalogue, QualityReport, check
from aurelius_kernel.data.manifest import Dataset, Entry
from aurelius_kernel.views.markup import Html, empty, table, tiles
from aurelius_kernel.views.numerals import count, plural, short_hash
from aurelius_kernel.views.pages.line_chart import line_chart

__all__ = ["Series", "look_closer", "overview", "provenance", "remarks", "shelf"]

NOTHING = (
    "There are no bars yet",
    "Import a file by “aurelius data import”, or fill the catalogue with the bundled samples by “aurelius data samples”.",
)


class Series(NamedTuple):
    """One instrument's bars in the catalogue, with what is odd about them."""

    dataset: Dataset
    entry: Entry
    report: QualityReport

    @property
    def name(self) -> str:
        """The instrument, with its source where that is not the default one, and its frequency."""
        parts = [self.report.instrument, self.report.frequency]
        return " · ".join(parts if self.report.source == "default" else [*parts, self.report.source])


def shelf(catalogue: Catalogue | None = None) -> list[Series]:
    """Every series of the catalogue, read and checked; raises CorruptArtifact when bars no longer match their hash."""
    catalogue = catalogue or Catalogue()
    return [
        Series(dataset, entry, check(name, dataset.frequency, dataset.source, catalogue=catalogue))
        for dataset in catalogue.manifest().datasets.values()
        for name, entry in sorted(dataset.instruments.items())
    ]


def overview(found: Sequence[Series]) -> Html:
    """How much there is, how far it reaches, and how much of it is odd."""
    if not found:
        return empty(*NOTHING)
    odd = sum(bool(series.report.findings) for series in found)
    first, last = min(series.entry.first for series in found)[:10], max(series.entry.last for series in found)[:10]
    return tiles([
        ("Series", count(len(found)), plural(len({series.report.instrument for series in found}), "instrument")),
        ("Bars", count(sum(series.report.rows for series in found)), ""),
        ("Reach", f"{first[:4]}–{last[:4]}", f"{first} to {last}"),
        ("With remarks", f"{odd} of {len(found)}", "reported, never repaired"),
    ])  # fmt: skip


def remarks(found: Sequence[Series]) -> Html:
    """What is odd about each series, most first; empty when there is none."""
    ranked = sorted(found, key=lambda series: -sum(finding.count for finding in series.report.findings))
    columns = ("Series", "Bars", "From", "To", "Remarks")
    return table(columns, map(_remark, ranked), numeric=("Bars",), title="Quality") if ranked else Html()


def provenance(found: Sequence[Series]) -> Html:
    """Where each series comes from, and the hash of its content; empty when there is none."""
    columns = ("Series", "Provider", "Adjustment", "Calendar", "Licence", "Content")
    return table(columns, map(_origin, found), title="Provenance") if found else Html()


def look_closer(found: Sequence[Series], catalogue: Catalogue | None = None) -> widgets.VBox:
    """One series' closes, chosen from a list, with the days that are odd; empty when there is none."""
    if not found:
        return widgets.VBox()
    catalogue, by_name, stage = catalogue or Catalogue(), {series.name: series for series in found}, widgets.Box()
    choice = widgets.Dropdown(options=list(by_name), description="Series")

    def show(name: str) -> None:
        series = by_name[name]
        bars = catalogue.read(series.dataset, [series.report.instrument])[series.report.instrument]
        stage.children = [line_chart(bars[["close"]], unit="Close", marked=_odd_days(bars, series.report))]

    choice.observe(lambda change: show(change["new"]), names="value")
    show(choice.value)
    return widgets.VBox([widgets.HTML("<h2>A closer look</h2>"), choice, stage])


def _odd_days(bars: pd.DataFrame, report: QualityReport) -> pd.DatetimeIndex:
    odd = {time[:10] for finding in report.findings for time in finding.times}
    index = pd.DatetimeIndex(bars.index)
    return index[index.strftime("%Y-%m-%d").isin(odd)]


def _remark(series: Series) -> tuple[str, ...]:
    return series.name, count(series.report.rows), series.entry.first[:10], series.entry.last[:10], _told(series)


def _origin(series: Series) -> tuple[str, ...]:
    source, content = series.entry.provenance, short_hash(series.entry.data_hash)
    return series.name, source.provider, str(source.adjustment), source.calendar, source.licence, content


def _told(series: Series) -> str:
    if not series.report.findings:
        return Html("<span class='good'>nothing odd</span>")
    return Html("<br>".join(f"{finding.count:,} {escape(finding.sentence)}" for finding in series.report.findings))
