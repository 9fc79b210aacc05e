"""Reading from the catalogue: which instruments there are, and their bars."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import pandas as pd

from aurelius_kernel.data.catalogue import Catalogue
from aurelius_kernel.data.content import stamps
from aurelius_kernel.data.holdout import HOLDOUT_CUT, within_lock
from aurelius_kernel.data.manifest import Dataset, Entry, Manifest
from aurelius_kernel.data.names import DEFAULT_SOURCE, SAMPLE_SOURCES, check_frequency, check_instrument
from aurelius_kernel.data.window import Moment, slice_of, window
from aurelius_kernel.errors import CorruptArtifact, ImpossibleRequest, InvalidField, NotFound, UnknownName
from aurelius_kernel.model import Bars, FidelityTier, Provenance

__all__ = ["find", "instruments", "load", "load_bars"]

READ_ATTEMPTS = 5
TABLE_COLUMNS = (
    "instrument",
    "frequency",
    "rows",
    "first",
    "last",
    "provider",
    "data_hash",
    "source",
    "calendar",
    "adjustment",
    "fidelity",
    "licence",
)


def instruments(catalogue: Catalogue | None = None) -> pd.DataFrame:
    """One row for each instrument, frequency and source in the catalogue, sorted, with what is known of its bars."""
    manifest = (catalogue or Catalogue()).manifest()
    rows = [_row(name, dataset, entry) for dataset in manifest.datasets.values() for name, entry in dataset.instruments.items()]
    table = pd.DataFrame(rows, columns=list(TABLE_COLUMNS))
    edges = {edge: pd.to_datetime(table[edge], utc=True, format="ISO8601") for edge in ("first", "last")}
    return table.assign(**edges).sort_values(["instrument", "frequency", "source"], ignore_index=True)


def load_bars(
    instrument: str, start: Moment = None, end: Moment = None, frequency: str = "1d", source: str = DEFAULT_SOURCE
) -> pd.DataFrame:
    """The bars of one instrument from `start` to `end`, both included: `open high low close volume`, by the UTC time of the close.

    `source="default"` takes the user's own imports first, then samples with full bars, then samples with closes only. Where the
    data has closes only, the other prices are NaN. Raises UnknownName, offering the nearest known names; InvalidField or
    ImpossibleRequest for malformed or reversed dates and for a window without bars; NotFound when the catalogue is empty.

    Where a last stretch is locked, the bars end before it, with a warning; a window that lies in it is refused.
    """
    bars, provenance = load([check_instrument(instrument)], frequency, source, start, end)
    found = bars[instrument]
    if HOLDOUT_CUT in provenance[instrument].quality_flags:
        found.attrs["holdout_cut"] = True
        warnings.warn(f"{instrument} ends on {found.index[-1]:%Y-%m-%d}: what follows is a locked holdout.", stacklevel=2)
    return found


def load(
    names: Sequence[str],
    frequency: str = "1d",
    source: str = DEFAULT_SOURCE,
    start: Moment = None,
    end: Moment = None,
    *,
    catalogue: Catalogue | None = None,
) -> tuple[Bars, Mapping[str, Provenance]]:
    """The bars and the provenance of several instruments, all of one state of the catalogue; errors are as of `load_bars`.

    Bars that a lock has cut are flagged `holdout_cut` in their provenance, and `holdout_opened` where a gate is shown them.
    """
    first, last = window(start, end)
    catalogue = catalogue or Catalogue()
    for _ in range(READ_ATTEMPTS):
        manifest = catalogue.manifest()
        found = {name: find(manifest, name, frequency, source) for name in names}
        try:
            whole = _read(catalogue, {name: dataset for name, (dataset, _) in found.items()})
        except FileNotFoundError:  # writers have been busy since the manifest was read
            continue
        bars = {name: frame.iloc[slice_of(stamps(frame), first, last)] for name, frame in whole.items()}
        entries = {name: entry for name, (_, entry) in found.items()}
        for name, entry in entries.items():
            _check_not_empty(name, bars[name], entry, start, end)
        seen, flags = within_lock(bars, entries, frequency, start, catalogue)
        return seen, {name: _flagged(entry.provenance, flags.get(name)) for name, entry in entries.items()}
    raise CorruptArtifact(f"{catalogue.folder} lacks files that its manifest names.")


def _read(catalogue: Catalogue, datasets: Mapping[str, Dataset]) -> dict[str, pd.DataFrame]:
    """The instruments' bars, in the order asked for, each file opened once."""
    bars: dict[str, pd.DataFrame] = {}
    for dataset in {dataset.file: dataset for dataset in datasets.values()}.values():
        bars |= catalogue.read(dataset, [name for name, one in datasets.items() if one is dataset])
    return {name: bars[name] for name in datasets}


def find(manifest: Manifest, instrument: str, frequency: str, source: str = DEFAULT_SOURCE) -> tuple[Dataset, Entry]:
    """The data set that serves an instrument, and its entry there.

    Raises UnknownName for an unknown source or instrument, InvalidField for a frequency that the instrument does not have.
    """
    if not manifest.datasets:
        raise NotFound("The catalogue is empty: `aurelius data samples` fills it with real bars, ak.import_bars with your own.")
    check_frequency(frequency)
    known = {DEFAULT_SOURCE, *(dataset.source for dataset in manifest.datasets.values())}
    if source not in known:
        raise UnknownName("source", source, known)
    served = [dataset for dataset in manifest.datasets.values() if source in (DEFAULT_SOURCE, dataset.source)]
    having = [dataset for dataset in served if instrument in dataset.instruments]
    if not having:
        raise UnknownName("instrument", instrument, {name for dataset in served for name in dataset.instruments})
    candidates = [(dataset, dataset.instruments[instrument]) for dataset in having if dataset.frequency == frequency]
    if not candidates:
        frequencies = ", ".join(sorted({dataset.frequency for dataset in having}))
        raise InvalidField.of("frequency", f"({frequency}) is not in the catalogue for {instrument}, which has {frequencies}")
    return min(candidates, key=_preference)


def _preference(candidate: tuple[Dataset, Entry]) -> tuple[bool, bool, bool, str]:
    dataset, entry = candidate
    close_only = entry.provenance.fidelity is FidelityTier.CLOSE_ONLY
    return dataset.source in SAMPLE_SOURCES, close_only, dataset.source != "import", dataset.source


def _flagged(provenance: Provenance, flag: str | None) -> Provenance:
    return provenance.model_copy(update={"quality_flags": (*provenance.quality_flags, flag)}) if flag else provenance


def _check_not_empty(name: str, bars: pd.DataFrame, entry: Entry, start: Moment, end: Moment) -> None:
    if bars.empty:
        asked = f"{start or 'the first bar'} to {end or 'the last'}"
        has = f"{entry.first[:10]} to {entry.last[:10]}"
        raise ImpossibleRequest(f"No bars of {name} from {asked}: it has {has}.", fields={"start": f"{name} has bars from {has}"})


def _row(name: str, dataset: Dataset, entry: Entry) -> tuple[object, ...]:
    source = entry.provenance
    return (
        name,
        dataset.frequency,
        entry.rows,
        entry.first,
        entry.last,
        source.provider,
        entry.data_hash,
        dataset.source,
        source.calendar,
        source.adjustment.value,
        source.fidelity.value,
        source.licence,
    )
