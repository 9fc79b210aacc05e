"""What a backtest asks, checked and named: the same spec, bars, seed, notebook and engine are the same question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from aurelius_kernel import data
from aurelius_kernel.data.loading import find
from aurelius_kernel.engine.version import ENGINE_VERSION
from aurelius_kernel.errors import InvalidField, InvalidInput
from aurelius_kernel.hashing import content_hash
from aurelius_kernel.model import BacktestSpec
from aurelius_kernel.strategies import Strategy
from server_ext.jobs.parameters import NotebookParameter
from server_ext.jobs.requests import check_backtest

__all__ = ["Question", "Windowed", "ask", "window", "wire_names", "with_options"]

WIRE_NAMES = {
    "start": "start_date",
    "end": "end_date",
    "capital": "initial_capital",
    "source": "data_source",
    "instrument": "instruments",
}
"""The notebook's parameters that have another name on the wire."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A backtest that makes sense: its spec, the notebook's parameters, and the name of the question."""

    spec: BacktestSpec
    parameters: Mapping[str, Any]
    seed: int
    identity: str


def ask(declared: Mapping[str, NotebookParameter], parameters: Mapping[str, Any], *, source: str) -> Question:
    """The question that these parameters of the notebook `source` (a hash) amount to; raises InvalidInput by the wire's names."""
    with wire_names():
        spec = check_backtest(declared, parameters)
    seed = int(parameters.get("seed", declared["seed"].default))
    named = {"spec": spec.hash, "bars": _bars(spec), "seed": seed, "engine": ENGINE_VERSION, "notebook": source}
    return Question(spec=spec, parameters=parameters, seed=seed, identity=content_hash(named))


class Windowed(Protocol):
    """What backtests, sweeps, validations and orchestrations have in common on the wire."""

    @property
    def instruments(self) -> list[str] | None:
        """What is traded, if that is said."""

    @property
    def start_date(self) -> date | None:
        """The first day."""

    @property
    def end_date(self) -> date | None:
        """The last day."""

    @property
    def initial_capital(self) -> float:
        """Money at the start."""

    @property
    def costs(self) -> dict[str, float | None] | None:
        """What trading costs."""

    @property
    def data_source(self) -> str:
        """Whose bars."""

    @property
    def seed(self) -> int:
        """What is drawn."""


def window(body: Windowed) -> dict[str, Any]:
    """What is traded, when and with what money, by the names of the notebooks' parameters."""
    return {
        "instruments": body.instruments,
        "start": body.start_date.isoformat() if body.start_date else None,
        "end": body.end_date.isoformat() if body.end_date else None,
        "capital": body.initial_capital,
        "costs": body.costs or {},
        "source": body.data_source,
        "seed": body.seed,
    }


def with_options(own: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """The parameters with those that have no field of their own; raises InvalidField for one that has."""
    if twice := sorted(own.keys() & options.keys()):
        raise InvalidField.of(f"options.{twice[0]}", "has a field of its own")
    return own | options


@contextmanager
def wire_names() -> Iterator[None]:
    """Name the fields of a refusal as they are called on the wire."""
    try:
        yield
    except InvalidInput as error:
        error.fields = {WIRE_NAMES.get(field, field): problem for field, problem in error.fields.items()}
        raise


def _bars(spec: BacktestSpec) -> dict[str, str]:
    """The hashes of all bars that the run reads: of what it trades, and of what its strategy reads beside that."""
    manifest = data.Catalogue().manifest()
    strategy = Strategy.create(spec.strategy.type, **spec.strategy.parameters)
    traded = {name: find(manifest, name, spec.frequency, spec.source)[1].data_hash for name in spec.instruments}
    beside = {name: find(manifest, name, spec.frequency)[1].data_hash for name in strategy.references(spec.instruments)}
    return traded | beside
