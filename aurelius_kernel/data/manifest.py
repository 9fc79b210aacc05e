"""What the catalogue holds, as one small JSON file: the only thing that says which bar files are current."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from aurelius_kernel.errors import CorruptArtifact
from aurelius_kernel.model import Provenance, Record

__all__ = ["Dataset", "Entry", "Manifest", "read_manifest"]


class Entry(Record):
    """One instrument of a data set: where its rows are in the file, what they cover, their hash and where they come from."""

    offset: int
    rows: int
    first: str
    last: str
    columns: Annotated[tuple[str, ...], Field(strict=False)]
    data_hash: str
    provenance: Provenance


class Dataset(Record):
    """The bars of one source at one frequency: a Parquet file sorted by instrument and time, named by the hash of its content."""

    source: str
    frequency: str
    file: str
    instruments: dict[str, Entry]


class Manifest(Record):
    """Every data set of the catalogue, by `source/frequency`."""

    format: int = 1
    datasets: dict[str, Dataset] = Field(default_factory=dict)

    def with_dataset(self, dataset: Dataset) -> Manifest:
        """The manifest with `dataset` in place of the one of the same source and frequency."""
        datasets = self.datasets | {f"{dataset.source}/{dataset.frequency}": dataset}
        return Manifest(format=self.format, datasets=dict(sorted(datasets.items())))


def read_manifest(path: Path) -> Manifest:
    """The manifest at `path`, an empty one where there is none yet; raises CorruptArtifact when the file is not a manifest."""
    try:
        return _parsed(path.read_bytes())
    except FileNotFoundError:
        return Manifest()
    except ValidationError as error:
        raise CorruptArtifact(f"The catalogue's manifest {path} cannot be read: {error.errors()[0]['msg']}.") from None


@lru_cache(maxsize=4)
def _parsed(content: bytes) -> Manifest:
    return Manifest.model_validate_json(content)
