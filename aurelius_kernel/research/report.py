"""Reports of a stored result, kept beside it: the same result and number of trials give the same files, under the same hashes."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from aurelius_kernel.artifacts import Store, load_result
from aurelius_kernel.durable import write_whole
from aurelius_kernel.errors import ImpossibleRequest, UnknownName
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.model.presentation import presenter
from aurelius_kernel.research.backtest import Progress, backtest
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.watching import silent, watched

__all__ = ["Reports", "make_reports"]

KIND = "reports"
MEDIA_TYPES = {
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The formats there are, with the media type of each."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Reports:
    """The reports of one result; `files` holds the hash of each in the store, by its format."""

    result: BacktestResult
    files: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Reports({', '.join(self.files)} of {self.result.hash[:12]})"

    @cached_property
    def hash(self) -> str:
        """The hash of the document."""
        return content_hash(self.document())

    def document(self) -> dict[str, Any]:
        """Which result is reported, its main numbers, and the hashes of the files, in JSON's own types."""
        return {"kind": KIND, "result": self.result.hash, "metrics": dict(self.result.metrics), "files": dict(self.files)}

    def plot(self) -> Any:
        """The pages of the tear sheet as pictures."""
        return presenter(KIND).plot(self)

    def save(self, folder: str | Path) -> list[Path]:
        """Write the files to a folder, as `report.pdf`; gives their paths."""
        store = Store()
        return [write_whole(Path(folder) / f"report.{name}", store.get(address)) for name, address in self.files.items()]

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        return presenter(KIND).mimebundle(self)


@watched("No file was kept.")
def make_reports(
    result: str | None = None,
    *,
    formats: Sequence[str] = ("pdf", "xlsx", "html"),
    paper: Literal["a4", "letter"] = "a4",
    trials: int | None = None,
    progress: Progress | None = None,
) -> Reports:
    """The reports of a stored result, made and kept in the store with the result as their parent.

    Parameters
    ----------
    result : its hash, the first eight characters of it or more, or a pinned name; that of trend following on GOOG unless given
    formats : pdf, xlsx, html and json, or some of them
    paper : of the PDF
    trials : how many parameter sets were tried before this one was chosen; what the ledger counted unless given
    progress : called with the fraction done and the file at work

    Raises
    ------
    NotFound, InvalidField
        No such result, an unknown format or paper, an impossible number of trials.
    """
    wanted, tell = _checked(formats), progress or silent
    store = Store()
    asked = result or backtest(Strategy.create("trend_following"), instruments=["GOOG"]).hash
    found = load_result(store, asked)  # with the provenance as it is stored, whoever made it
    with tempfile.TemporaryDirectory(prefix="aurelius-report-") as folder:
        contents = {}
        for number, name in enumerate(wanted):
            tell(number / len(wanted), f"report.{name}")
            contents[name] = _written(found, Path(folder) / f"report.{name}", paper, trials).read_bytes()
    parents = {"result": found.hash}
    kept = {name: store.put(made, kind="report", parents=parents, media_type=MEDIA_TYPES[name]) for name, made in contents.items()}
    reports = Reports(result=found, files=kept)
    store.put_document(reports.document(), kind=KIND, parents={**parents, "report": list(kept.values())})
    tell(1.0, "done")
    return reports


def _checked(formats: Sequence[str]) -> list[str]:
    """The formats, each once; raises InvalidField for an unknown one, or none."""
    if not formats:
        raise ImpossibleRequest.of("formats", f"is empty: name one or more of {', '.join(MEDIA_TYPES)}")
    for at, name in enumerate(formats):
        if name not in MEDIA_TYPES:
            raise UnknownName("format", name, MEDIA_TYPES, field=f"formats.{at}")
    return list(dict.fromkeys(formats))


def _written(found: BacktestResult, path: Path, paper: str, trials: int | None) -> Path:
    options = {"paper": paper} if path.suffix == ".pdf" else {}
    return found.report(path, trials=trials, **options)
