"""Gates and readiness: for every strategy what each gate decided last, and for one the evidence, the score and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.views.markup import Html, card, empty, table, tiles
from aurelius_kernel.views.numerals import DASH, count, plural, short_hash
from aurelius_kernel.views.pages.acts import GATES, NAMES
from aurelius_kernel.views.pages.desk import ago, asked, desk, link
from aurelius_kernel.views.pages.hands import button, with_hands
from aurelius_kernel.views.pages.later import later
from aurelius_kernel.views.pages.live import live
from aurelius_kernel.views.pages.rights import may

__all__ = ["head", "scorecard", "verdicts"]

MEANT = {"dev": "it runs, and gives the same again", "crv": "it keeps the policy's limits", "product": "it is more than luck"}
BANDS = {"Green": "good", "Amber": "warn", "Red": "bad"}
MOST = 200
EVENTS = ("gate_verified", "strategy_updated")
NONE = ("There is no such strategy", "The address is wrong, or it is not yours to see. The page Gates lists yours.")


def head() -> widgets.Widget:
    """Every strategy with its latest verdicts; or the one that the address names, with the gates to bring it before."""
    return with_hands(live(_head, *EVENTS), **GATES)


def scorecard() -> widgets.Widget:
    """How ready one strategy is: the score by component, what keeps it from promotion, what to do next."""
    return later(_scorecard, "The readiness is being scored …", *EVENTS) if asked("strategy_id") else widgets.HTML()


def verdicts() -> widgets.Widget:
    """The latest verdict of each gate on one strategy, check by check with its evidence."""
    return live(_verdicts, *EVENTS) if asked("strategy_id") else widgets.HTML()


def _head() -> str:
    strategy_id = asked("strategy_id")
    if strategy_id is None:
        return _everything()
    try:
        one = desk().strategy(strategy_id).strategy
    except AureliusError:
        return empty(*NONE)
    about = f"<p><b>{escape(one.name)}</b> · {escape(one.strategy_type.replace('_', ' '))} {_parameters(one)}</p>"
    return card("", Html(about + _judge(one) + f"<p>{link('gates', 'All strategies')}</p>"))


def _judge(one: records.Strategy) -> str:
    """The buttons that bring a strategy before a gate, for those who may."""
    if not may("research:run"):
        return ""
    buttons = "".join(button(f"{gate}_gate", f"Judge: {gate} gate", one.id) for gate in NAMES)
    run = link("backtests", "Run a backtest", new="backtest", strategy_id=one.id)
    validate = link("validations", "Validate", new="validation", strategy_id=one.id)
    return f"<div class='acts'>{buttons}<span>{run} · {validate}</span></div>"


def _parameters(one: records.Strategy) -> str:
    told = " · ".join(f"{name} {value}" for name, value in sorted(one.parameters.items()))
    return f"<span class='soft'>{escape(told)}</span>"


def _everything() -> str:
    strategies = desk().strategies(limit=MOST).strategies
    if not strategies:
        return empty("There is no strategy yet", "A gate judges a completed backtest of a strategy: make one first.")
    latest = _latest(desk().gates(limit=MOST).gates)
    judged = [latest[one.id] for one in strategies if one.id in latest]
    passed = sum(all(gate in one and one[gate].passed for gate in NAMES) for one in judged)
    drawn = tiles([
        ("Strategies", count(len(strategies)), ""),
        ("Judged", count(len(judged)), "by one gate at least"),
        ("All three gates passed", count(passed), "of those judged"),
    ])  # fmt: skip
    rows = [_strategy(one, latest.get(one.id, {})) for one in sorted(strategies, key=lambda one: one.id not in latest)]
    return drawn + table(("Strategy", "Family", "Dev", "CRV", "Product", "Readiness", "Judged"), rows, title="Verdicts by strategy")


def _strategy(one: records.Strategy, own: Mapping[str, records.GateResult]) -> tuple[str, ...]:
    newest = max(own.values(), key=lambda verdict: verdict.created_at, default=None)
    marks = tuple(_mark(own.get(gate)) for gate in NAMES)
    band = _band(newest.band) if newest else DASH
    judged = ago(newest.created_at) if newest else "never"
    return link("gates", one.name, strategy_id=one.id), one.strategy_type.replace("_", " "), *marks, band, judged


def _latest(found: Iterable[records.GateResult]) -> dict[str, dict[str, records.GateResult]]:
    """The newest verdict of each gate on each strategy."""
    latest: dict[str, dict[str, records.GateResult]] = {}
    for verdict in found:
        latest.setdefault(verdict.strategy_id, {}).setdefault(verdict.gate, verdict)
    return latest


def _scorecard() -> str:
    try:
        found = desk().gate_status(asked("strategy_id") or "")
    except AureliusError:
        return ""
    if found.readiness is None:
        return empty("No gate has judged it yet", "The first verdict scores its readiness, and says what to do next.")
    return _tiles(found, found.readiness) + _reasons(found, found.readiness) + _components(found.readiness)


def _tiles(found: records.GateStatus, scored: Mapping[str, Any]) -> Html:
    blocking = sum(one["blocker"] for one in scored["deductions"])
    passed = [gate for gate, verdict in found.gates.items() if verdict is not None and verdict.passed]
    moved = scored.get("change")
    against = plural(len(found.promotion_block_reasons), "reason")
    told = "first score" if moved is None else f"{moved:+.0f} since the last".replace("-", "−") if round(moved) else "as the last"
    return tiles([
        ("Readiness", str(scored["band"]), f"{scored['score']:.0f} of 100, {told}"),
        ("Production", "Ready" if found.production_ready else "Not ready", f"{against} against it"),
        ("Gates passed", f"{len(passed)} of {len(NAMES)}", ", ".join(passed)),
        ("Blockers", count(blocking), "whatever the score"),
    ])  # fmt: skip


def _reasons(found: records.GateStatus, scored: Mapping[str, Any]) -> str:
    worth = sorted(scored["deductions"], key=lambda one: (not one["blocker"], -one["points"] * scored["weights"][one["component"]]))
    actions = list(dict.fromkeys(one["action"] for one in worth))
    against = _list("What keeps it from promotion", found.promotion_block_reasons, "ul")
    return against + _list("What to do next", actions, "ol")


def _list(title: str, lines: Iterable[str], tag: str) -> str:
    drawn = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return card(title, Html(f"<{tag} class='lines'>{drawn}</{tag}>")) if drawn else ""


def _components(scored: Mapping[str, Any]) -> Html:
    rows = [_component(scored, name, points) for name, points in scored["components"].items()]
    return table(("Component", "Weight", "Points", "What it lost"), rows, numeric=("Weight", "Points"), title="Scorecard")


def _component(scored: Mapping[str, Any], name: str, points: float) -> tuple[str, ...]:
    lost = [one for one in scored["deductions"] if one["component"] == name]
    told = "<br>".join(f"<b>−{one['points']:.0f}</b> {escape(one['reason'])}{_blocks(one)}" for one in lost)
    bar = f"<progress max='100' value='{points:.0f}' aria-label='{escape(name)}'></progress>"
    why = Html(told or "<span class='good'>nothing</span>")
    return name.capitalize(), f"{scored['weights'][name]:.0%}", Html(f"{bar} <span class='three'>{points:.0f}</span>"), why


def _blocks(one: Mapping[str, Any]) -> str:
    return " <span class='bad'>blocks</span>" if one["blocker"] else ""


def _verdicts() -> str:
    own = _latest(desk().gates(strategy_id=asked("strategy_id"), limit=MOST).gates).get(asked("strategy_id") or "", {})
    return "".join(_verdict(own[gate]) for gate in NAMES if gate in own)


def _verdict(found: records.GateResult) -> Html:
    how = f"passed, grade {found.grade}" if found.passed else "not passed"
    rows = [_check(check) for check in found.checks]
    backtest = link("backtest", "backtest", backtest_id=found.backtest_id)
    validation = f", {link('validation', 'validation', validation_id=found.validation_id)}" if found.validation_id else ""
    hashes = f"policy {short_hash(found.policy)}, verdict {short_hash(found.verdict)}"
    held = f"Judged {ago(found.created_at)}: {backtest}{validation}; {hashes}"
    title = f"{found.gate.capitalize()} gate, {MEANT[found.gate]}: {how}"
    drawn = table(("Check", "Outcome", "What was found", "What is asked", "Evidence"), rows, title=title)
    return Html(f"{drawn}<p class='soft below'>{held}</p>")


def _check(check: records.GateCheck) -> tuple[str, ...]:
    mark = "<span class='good'>✓ passed</span>" if check.passed else "<span class='bad'>✗ failed</span>"
    evidence = ", ".join(short_hash(address) for address in check.evidence) or DASH
    return check.check_name.replace("_", " "), Html(mark), check.message, check.description, evidence


def _mark(verdict: records.GateResult | None) -> Html:
    if verdict is None:
        return Html("<span class='soft'>–</span>")
    return Html(f"<span class='good'>✓ {escape(verdict.grade)}</span>" if verdict.passed else "<span class='bad'>✗ failed</span>")


def _band(word: str) -> Html:
    return Html(f"<span class='pill {BANDS.get(word, 'soft')}'>{escape(word)}</span>")
