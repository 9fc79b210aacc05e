"""The decisions of each combination, asked of the family itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from aurelius_kernel.errors import AureliusError, RunCancelled
from aurelius_kernel.model import BacktestSpec, Bars, Signals
from aurelius_kernel.strategies import Strategy

__all__ = ["Decided", "decided", "exits_of", "reason_of", "strategies"]

Columns = Mapping[str, NDArray[Any]]

EXITS = ("stop_loss", "take_profit", "trailing_stop")
COMPANIONS = ("weights", "stop_price", "target_price", "trail_distance", "limit_price")


@dataclass(frozen=True, kw_only=True, eq=False)
class Decided:
    """What the combination in one row decides."""

    row: int
    signals: Signals

    @property
    def is_bare(self) -> bool:
        """Whether there are entries and exits only: no weights, and no prices that go with an entry."""
        return all(getattr(self.signals, name) is None for name in COMPANIONS)


def strategies(family: type[Strategy], spec: BacktestSpec, columns: Columns) -> Iterator[dict[str, Any]]:
    """The parameters of each row: those that are fixed in the spec, and its own."""
    own = [name for name in columns if name in family.model_fields]
    lists = [columns[name].tolist() for name in own]
    rows = zip(*lists, strict=True) if own else ((),) * len(next(iter(columns.values())))
    for values in rows:
        yield {**spec.strategy.parameters, **dict(zip(own, values, strict=True))}


def decided(
    family: type[Strategy], spec: BacktestSpec, bars: Bars, columns: Columns, seed: int, failed: dict[int, str]
) -> Iterator[Decided]:
    """The decisions of every row that has some; why another has none is put into `failed`."""
    for row, parameters in enumerate(strategies(family, spec, columns)):
        try:
            signals = family.of(parameters).seeded(seed).signals(bars)
        except (MemoryError, RunCancelled):
            raise
        except Exception as error:  # noqa: BLE001  a user's own rule may raise anything, and only its own row fails
            failed[row] = reason_of(error)
        else:
            yield Decided(row=row, signals=signals)


def exits_of(spec: BacktestSpec, columns: Columns) -> Columns:
    """The stops and targets that are swept beside the family's own parameters."""
    return {name: columns[name] for name in EXITS if name in columns and name not in spec.strategy.parameters}


def reason_of(error: Exception) -> str:
    """What went wrong with one combination, in a sentence."""
    return error.message if isinstance(error, AureliusError) else f"{type(error).__name__}: {error}"
