"""One strategy: its versions, what it did in backtests, sweeps and validations, and what the gates decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.views.markup import Html, card, empty, table, tiles
from aurelius_kernel.views.numerals import DASH, count, plural, ratio
from aurelius_kernel.views.pages.backtests import ENDINGS, listing
from aurelius_kernel.views.pages.desk import ago, asked, desk, link, percent, state
from aurelius_kernel.views.pages.live import live
from aurelius_kernel.views.pages.strategies import ways

__all__ = ["backtests", "head", "sweeps", "validations", "verdicts", "versions"]

LISTED = 50
GATES = {"dev": "it runs, and gives the same again", "crv": "it keeps the policy's limits", "product": "it is more than luck"}
CHANGES = ("strategy_updated",)
RUNS = ("backtest_queued", "backtest_started", *ENDINGS)
VALIDATIONS = ("validation_started", "validation_completed", "validation_failed")
SWEEPS = ("job_queued", "job_completed", "job_failed")
NONE = (
    "There is no such strategy",
    "The address is wrong, the strategy is gone, or it was never shared with you. The page Strategies lists yours.",
)


def head() -> widgets.Widget:
    """Which strategy it is, what can be asked about it, and how it stands."""
    return live(_head, *CHANGES, *RUNS, *VALIDATIONS, "gate_verified")


def versions() -> widgets.Widget:
    """Every version with its parameters, those that changed marked, beside what the family takes."""
    return live(lambda: _of(_versions), *CHANGES)


def verdicts() -> widgets.Widget:
    """The latest verdict of each gate."""
    return live(lambda: _of(_verdicts), "gate_verified", *CHANGES)


def backtests() -> widgets.Widget:
    """Its latest fifty backtests."""
    return live(lambda: _of(_backtests), *RUNS)


def validations() -> widgets.Widget:
    """Its latest fifty validations."""
    return live(lambda: _of(_validations), *VALIDATIONS)


def sweeps() -> widgets.Widget:
    """The latest fifty sweeps of its family."""
    return live(lambda: _of(_sweeps), *SWEEPS)


def _strategy() -> records.StrategyDetail | None:
    """The strategy of this page; None where there is none that this account may see."""
    strategy_id = asked("strategy_id")
    try:
        return desk().strategy(strategy_id) if strategy_id else None
    except AureliusError:
        return None


def _of(draw: Callable[[records.StrategyDetail], str]) -> str:
    found = _strategy()
    return "" if found is None else draw(found)


def _head() -> str:
    found = _strategy()
    if found is None:
        return empty(*NONE)
    one, platform = found.strategy, desk()
    runs = platform.backtests(strategy_id=one.id, limit=LISTED)
    checked = platform.validations(strategy_id=one.id, limit=LISTED)
    judged = _latest(one.id)
    about = f"<p><b>{escape(one.name)}</b> · {escape(_family(one))} &nbsp;{state(one.status)}</p>"
    band = max(judged.values(), key=lambda verdict: verdict.created_at).band if judged else DASH
    holds = sum(bool(one.passed) for one in checked.validations)
    return card("", Html(f"{about}<p>{ways(one.id)}</p>")) + tiles([
        ("Version", count(one.version), f"changed {one.updated_at:%Y-%m-%d %H:%M}"),
        ("Backtests", count(runs.total), _best(runs.backtests)),
        ("Validations", count(checked.total), f"{count(holds)} passed"),
        ("Gates passed", f"{sum(verdict.passed for verdict in judged.values())} of {len(GATES)}", f"{len(judged)} judged"),
        ("Readiness", band, "as of the latest verdict" if judged else "no gate has judged it"),
    ])  # fmt: skip


def _best(runs: Iterable[records.Backtest]) -> str:
    sharpes = [sharpe for one in runs if (sharpe := one.metrics.get("sharpe_ratio")) is not None]
    return f"best Sharpe ratio {ratio(max(sharpes))}" if sharpes else ""


def _versions(found: records.StrategyDetail) -> str:
    """The newest first; a parameter that differs from the version before is marked."""
    family = next((one for one in desk().strategy_types() if one.type == found.strategy.strategy_type), None)
    known = [str(one["parameter"]) for one in family.parameters] if family else []
    names = known or sorted({name for version in found.versions for name in version.parameters})
    defaults = {str(one["parameter"]): one.get("default") for one in family.parameters} if family else {}
    older = [*found.versions[1:], None]
    rows = [_version(one, before, names, defaults) for one, before in zip(found.versions, older, strict=True)]
    shown = table(("Version", "Name", *names, "Made"), rows, numeric=("Version", *names), title="Versions and their parameters")
    return shown + (_family_card(family) if family else "")


def _version(one: records.Version, before: records.Version | None, names: list[str], defaults: dict[str, Any]) -> list[str]:
    cells = []
    for name in names:
        value = one.parameters.get(name, defaults.get(name))
        changed = before is not None and value != before.parameters.get(name, defaults.get(name))
        text = escape(_text(value))
        cells.append(Html(f"<b class='warn' title='changed'>{text}</b>") if changed else Html(text))
    return [count(one.version), one.name, *cells, ago(one.created_at)]


def _family_card(family: records.Family) -> Html:
    rows = [
        [str(one["parameter"]), str(one.get("type", "")), _range(one), _text(one.get("default")), _text(one.get("description"))]
        for one in family.parameters
    ]
    shown = table(
        ("Parameter", "Type", "Range", "Default", "What it is"), rows, title=f"The family {family.type.replace('_', ' ')}"
    )
    return Html(f"{shown}<p class='note'>{escape(family.summary)}</p>")


def _range(one: dict[str, Any]) -> str:
    if one.get("choices"):
        return ", ".join(map(str, one["choices"]))
    low, high = one.get("low"), one.get("high")
    return DASH if low is None and high is None else f"{_text(low)} to {_text(high)}"


def _text(value: Any) -> str:
    return DASH if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _verdicts(found: records.StrategyDetail) -> str:
    judged = _latest(found.strategy.id)
    if not judged:
        return ""
    rows = [_verdict(gate, meaning, judged.get(gate)) for gate, meaning in GATES.items()]
    columns = ("Gate", "Passed when", "Verdict", "Grade", "Not passed", "Judged")
    return table(columns, rows, title="What the gates decided last")


def _verdict(gate: str, meaning: str, one: records.GateResult | None) -> list[str]:
    if one is None:
        return [gate, meaning, Html("<span class='soft'>none yet</span>"), DASH, "", DASH]
    failed = ", ".join(check.check_name.replace("_", " ") for check in one.checks if not check.passed)
    told = Html("<span class='good'>✓ passed</span>" if one.passed else "<span class='bad'>✗ not passed</span>")
    return [link("gates", gate, strategy_id=one.strategy_id), meaning, told, one.grade, failed, ago(one.created_at)]


def _latest(strategy_id: str) -> dict[str, records.GateResult]:
    """The newest verdict of each gate."""
    found: dict[str, records.GateResult] = {}
    for verdict in desk().gates(strategy_id=strategy_id, limit=LISTED).gates:
        found.setdefault(verdict.gate, verdict)
    return found


def _backtests(found: records.StrategyDetail) -> str:
    runs = desk().backtests(strategy_id=found.strategy.id, limit=LISTED)
    if not runs.backtests:
        return empty("It has not been run yet", "Run a backtest of it: it appears here by itself.")
    return listing(runs.backtests, title=f"Backtests, {count(len(runs.backtests))} of {count(runs.total)}")


def _validations(found: records.StrategyDetail) -> str:
    page = desk().validations(strategy_id=found.strategy.id, limit=LISTED)
    if not page.validations:
        return ""
    columns = ("Instruments", "State", "Verdict", "Stability", "Degradation", "Sharpe out of sample", "Trials", "Asked")
    title = f"Validations, {count(len(page.validations))} of {count(page.total)}"
    return table(columns, map(_validation, page.validations), numeric=columns[3:7], title=title)


def _validation(one: records.Validation) -> list[str]:
    holds = {None: DASH, True: "✓ passed", False: "✗ not passed"}[one.passed]
    return [
        link("validation", ", ".join(one.asked.get("instruments", [])[:3]), validation_id=one.id),
        state(one.status),
        holds,
        ratio(one.stability, 0),
        percent(one.degradation, 0),
        ratio(one.metrics.get("sharpe_ratio")),
        count(one.trials),
        ago(one.created_at),
    ]


def _sweeps(found: records.StrategyDetail) -> str:
    page = desk().sweeps(strategy_type=found.strategy.strategy_type, limit=LISTED)
    if not page.sweeps:
        return ""
    columns = ("Instruments", "State", "Over", "Objective", "Combinations", "Asked")
    title = f"Sweeps of its family, {count(len(page.sweeps))} of {count(page.total)}"
    return table(columns, map(_sweep, page.sweeps), numeric=("Combinations",), title=title)


def _sweep(one: records.SweepSummary) -> list[str]:
    over = {**one.asked.get("grid", {}), **one.asked.get("ranges", {})}
    named = ", ".join(one.asked.get("instruments", [])[:3])
    tried = f"{', '.join(over)}" or plural(0, "parameter")
    return [
        link("sweep_explorer", named, sweep_id=one.id),
        state(one.status),
        tried,
        one.objective.replace("_", " "),
        count(one.trials),
        ago(one.created_at),
    ]


def _family(one: records.Strategy) -> str:
    return one.strategy_type.replace("_", " ")
