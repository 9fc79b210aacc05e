"""What `%%backtest` and `%sweep` do."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from aurelius_kernel import research
from aurelius_kernel.errors import ImpossibleRequest, InvalidField, UnknownName
from aurelius_kernel.lab.magics.assignments import assigned_in, parted, value_of
from aurelius_kernel.lab.magics.cell_strategy import defined_in
from aurelius_kernel.lab.magics.options import Asked
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.model.typed import typed_values
from aurelius_kernel.research import SweepResult
from aurelius_kernel.strategies import Strategy

__all__ = ["run_asked_backtest", "run_asked_sweep"]

SWEPT_EXITS = ("stop_loss", "take_profit", "trailing_stop")
SEARCH = ("engine", "accounts", "memory", "executor", "metrics")


def run_asked_backtest(shell: Any, asked: Asked, cell: str) -> BacktestResult:
    """Run what the line and the cell of `%%backtest` say; raises what `ak.backtest` raises."""
    below = assigned_in(cell)
    if below is None and asked.options.family:
        raise ImpossibleRequest.of("FAMILY", f"({asked.options.family}) is left out where the cell defines the strategy")
    family = defined_in(shell, cell) if below is None else _family(asked.options.family)
    given, settings = parted(_once(asked.assigned, below or {}), family.model_fields)
    strategy = family.of({name: value_of(text) for name, text in given.items()})
    return research.backtest(strategy, instruments=_instruments(asked.options), **_run(asked.options), **settings)


def run_asked_sweep(asked: Asked) -> SweepResult:
    """Run what the line of `%sweep` says; raises what `ak.sweep` raises."""
    options, family = asked.options, _family(asked.options.family)
    axes = {name: text for name, text in asked.assigned.items() if _is_axis(text) and name not in SEARCH}
    if unknown := sorted(axes.keys() - family.model_fields.keys() - set(SWEPT_EXITS)):
        raise UnknownName("parameter", unknown[0], [*family.model_fields, *SWEPT_EXITS])
    if not axes:
        raise ImpossibleRequest.of("grid", "is empty: name at least one parameter and its values, as fast=5:50:5")
    single = {name: text for name, text in asked.assigned.items() if name not in axes}
    fixed, settings = parted(single, family.model_fields, SEARCH)
    searched = {name: getattr(options, name) for name in ("where", "objective", "samples", "trials")}
    return research.sweep(
        family,
        grid={name: typed_values(name, text) for name, text in axes.items()},
        fixed={name: value_of(text) for name, text in fixed.items()} or None,
        search="tpe" if options.trials is not None else None,
        instruments=_instruments(options),
        **{name: value for name, value in searched.items() if value is not None},
        **_run(options),
        **settings,
    )


def _family(name: str | None) -> type[Strategy]:
    if name is None:
        raise InvalidField.of(
            "FAMILY", f"is required, as {', '.join(sorted(Strategy.families)[:3])} …: ak.strategy_types() lists them"
        )
    if name not in Strategy.families:
        raise UnknownName("strategy type", name, Strategy.families, field="FAMILY")
    return Strategy.families[name]


def _once(line: dict[str, str], cell: dict[str, str]) -> dict[str, str]:
    if both := sorted(line.keys() & cell.keys()):
        raise ImpossibleRequest.of(both[0], "is given twice: in the line and below it")
    return line | cell


def _instruments(options: Namespace) -> list[str]:
    """What is traded, by commas or blanks; raises InvalidField where nothing is named."""
    names = [name for word in options.on or () for name in word.split(",") if name]
    if not names:
        raise InvalidField.of("--on", "is required: what to trade, as --on GOOG; ak.instruments() lists what there is")
    return names


def _run(options: Namespace) -> dict[str, Any]:
    told = {"start": options.start, "end": options.end, "frequency": options.interval}
    return {name: value for name, value in told.items() if value is not None}


def _is_axis(text: str) -> bool:
    """Whether a text names several values: a range, or a list."""
    return (":" in text or "," in text) and not text.startswith(("{", "[", "(", "'", '"'))
