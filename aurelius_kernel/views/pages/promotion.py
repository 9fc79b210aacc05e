"""The last steps of a strategy: the policy in force, waivers of a check, and promotions that somebody else decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from aurelius_kernel.client import records
from aurelius_kernel.views.markup import Html, table
from aurelius_kernel.views.numerals import DASH, short_hash
from aurelius_kernel.views.pages.acts import PROMOTIONS
from aurelius_kernel.views.pages.desk import ago, asked, desk, state
from aurelius_kernel.views.pages.form import Form, field
from aurelius_kernel.views.pages.hands import button, with_hands
from aurelius_kernel.views.pages.live import live
from aurelius_kernel.views.pages.outcome import Outcome
from aurelius_kernel.views.pages.rights import may

__all__ = ["asking", "terms"]

EVENTS = ("policy_changed", "waiver_granted", "promotion_updated")
MOST = 50
DECIDED = {"approve": "approved", "reject": "rejected"}


def terms() -> widgets.Widget:
    """Promotions and waivers, of the strategy that the address names or of all, and the limits of the policy in force."""
    return with_hands(live(_terms, *EVENTS), **PROMOTIONS)


def asking() -> widgets.Widget:
    """The forms that ask for a promotion and that waive a check, each for those who may; nothing without a strategy."""
    strategy_id, forms = asked("strategy_id"), []
    if strategy_id and may("promotions:ask"):
        reason = field("reason", "Reason", "long", hint="Why it is to be promoted, for whoever decides")
        forms.append(Form(_promoting(strategy_id), "Ask for promotion", "Ask", [reason]))
    if strategy_id and may("waivers:grant"):
        fields = [
            field("check_name", "Check of the product gate", value="deflated_sharpe"),
            field("expires_at", "Holds until", "date", hint="Until it is taken back, unless given"),
            field("reason", "Reason", "long", hint="It stays on record under your name"),
        ]
        forms.append(Form(_waiving(strategy_id), "Waive a check", "Waive", fields))
    bare = widgets.VBox(forms)
    bare.add_class("bare")
    return bare


def _promoting(strategy_id: str) -> Callable[[dict[str, Any]], Callable[[], Outcome]]:
    def work(given: dict[str, Any]) -> Callable[[], Outcome]:
        desk().promote(strategy_id, given.get("reason", ""))
        return lambda: Outcome(text="The promotion is asked for; somebody else decides it.")

    return work


def _waiving(strategy_id: str) -> Callable[[dict[str, Any]], Callable[[], Outcome]]:
    def work(given: dict[str, Any]) -> Callable[[], Outcome]:
        until = {"expires_at": f"{given['expires_at']}T23:59:59Z"} if "expires_at" in given else {}
        name = {"check_name": given["check_name"]} if "check_name" in given else {}
        waiver = desk().waive(strategy_id, given.get("reason", ""), **name, **until)
        return lambda: Outcome(text=f"The check {waiver.check_name} is waived; bring the strategy before the product gate again.")

    return work


def _terms() -> str:
    strategy_id = asked("strategy_id")
    promotions = desk().promotions(strategy_id=strategy_id, limit=MOST).promotions
    waivers = desk().waivers(strategy_id=strategy_id, limit=MOST).waivers
    return _promotions(promotions) + _waivers(waivers) + _policy(desk().policy())


def _promotions(found: list[records.Promotion]) -> Html:
    if not found:
        return Html()
    columns = ("State", "Asked by", "Reason", "Decided", "Actions", "Verdict", "Changed")
    return table(columns, map(_promotion, found), title="Promotions")


def _promotion(one: records.Promotion) -> tuple[str, ...]:
    decided = ", ".join(f"{DECIDED.get(said['decision'], said['decision'])} by {said['by']}" for said in one.approvals)
    acts = []
    if one.state == "requested" and may("promotions:decide"):
        acts = [button("approve_promotion", "Approve", one.id), button("reject_promotion", "Reject", one.id)]
    if one.state == "requested" and may("promotions:ask", one.owner_id):
        acts.append(button("withdraw_promotion", "Withdraw", one.id))
    told = Html(f"<span class='acts'>{''.join(acts)}</span>") if acts else Html()
    return state(one.state), one.requested_by, one.reason, decided or DASH, told, short_hash(one.verdict), ago(one.updated_at)


def _waivers(found: list[records.Waiver]) -> Html:
    columns = ("Check", "Holds", "By", "Reason", "Until", "Granted")
    return table(columns, map(_waiver, found), title="Waivers") if found else Html()


def _waiver(one: records.Waiver) -> tuple[str, ...]:
    holds = "<span class='good'>✓ holds</span>" if one.holds else "<span class='soft'>– no longer</span>"
    until = ago(one.expires_at) if one.expires_at else "taken back"
    return one.check_name.replace("_", " "), Html(holds), one.by, one.reason, until, ago(one.created_at)


def _policy(found: records.Policy) -> Html:
    rows = [(name.replace("_", " ").capitalize(), _limit(value)) for name, value in sorted(found.limits.items())]
    version = f"version {found.version}" if found.version else "the defaults"
    return table(("Limit", "Value"), rows, numeric=("Value",), title=f"Policy in force: {version}, {short_hash(found.hash)}")


def _limit(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
