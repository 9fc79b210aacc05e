"""`aurelius promotions`: the platform's policy, waivers and promotions, from a shell on the server."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy import Connection

from aurelius_kernel.errors import ImpossibleRequest
from server_ext.access.actor import Actor, Origin
from server_ext.access.permissions import refusal
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup
from server_ext.cli.database import opened
from server_ext.cli.owner import owner
from server_ext.cli.shell import SHELL
from server_ext.cli.values import assignments
from server_ext.errors import Conflict, NotAllowed
from server_ext.events import EventLog
from server_ext.evidence import gates
from server_ext.jobs.intake import store_of
from server_ext.policy import policies, waivers
from server_ext.policy.schemas import NewPolicy, NewWaiver
from server_ext.promotion import promotions
from server_ext.promotion.schemas import Decision, Promotion, PromotionFilter
from server_ext.research.current import current_backtest
from server_ext.settings import Settings
from server_ext.strategies import service as strategies
from server_ext.web.json import checked

__all__ = ["command"]

_as = click.option("--as", "email", metavar="EMAIL", help="Who does it.  [default: the first admin]")
_origin = Origin(user_agent="a shell")


@click.group(cls=CommandGroup)
def command() -> None:
    """From judged to promoted: set the platform's policy, waive a check, ask for a promotion, approve or reject it."""


@command.command()
@click.option("--set", "limits", multiple=True, metavar="NAME=VALUE", help="A limit and its new value; may be repeated.")
@click.option("--reason", help="Why.")
@_as
def policy(limits: tuple[str, ...], reason: str | None, email: str | None) -> Answer:
    """Show the policy that the platform's gates hold to, or put its next version in force."""
    changes = assignments(limits, "--set")
    if reason and not changes:
        raise ImpossibleRequest.of("--set", "must name the limit that changes, as --set maximum_drawdown=0.2")
    with opened() as database, database.writing() as connection:
        if changes:
            wanted = checked(NewPolicy, {"limits": changes, "reason": reason or ""})
            policies.set_(connection, EventLog(), _origin, _may(connection, email, "policy:set"), _store(), wanted)
        now = policies.now(connection)
    about = [*now.limits.items(), ("version", now.version), ("set by", now.set_by), ("reason", now.reason), ("hash", now.hash)]
    return Answer(now.model_dump(mode="json"), [facts(about)])


@command.command()
@click.argument("strategy")
@click.option("--reason", required=True, help="Why.")
@click.option("--expires", "expires_at", metavar="TIME", help="Until when, as 2027-01-01T00:00:00Z; until taken back unless given.")
@_as
def waive(strategy: str, reason: str, expires_at: str | None, email: str | None) -> Answer:
    """Let the product gate pass STRATEGY's current run without its deflated Sharpe ratio, on the record."""
    wanted = checked(NewWaiver, {"strategy_id": strategy, "reason": reason, "expires_at": expires_at})
    with opened() as database, database.writing() as connection:
        who = _may(connection, email, "waivers:grant")
        backtest = current_backtest(connection, who, strategies.find(connection, who, strategy), None)
        made = waivers.grant(connection, EventLog(), _origin, who, backtest, wanted, _store())
    return Answer(
        made.model_dump(mode="json"), [facts([("waiver", made.id), ("by", made.by), ("until", made.expires_at or "taken back")])]
    )


@command.command("list")
def list_() -> Answer:
    """Promotions of all accounts, newest first."""
    with opened() as database, database.reading() as connection:
        found = promotions.list_(connection, SHELL, PromotionFilter(limit=200))
    lines = [(one.id, one.strategy_id, one.state, one.requested_by, one.reason) for one in found.promotions]
    return Answer(found.model_dump(mode="json"), [rows(("id", "strategy", "state", "asked by", "reason"), lines)])


@command.command()
@click.argument("strategy")
@click.option("--reason", required=True, help="Why.")
@_as
def ask(strategy: str, reason: str, email: str | None) -> Answer:
    """Ask for the promotion of STRATEGY on its newest verdict of the product gate; it is blocked unless all of it holds now."""
    with opened() as database:
        with database.reading() as connection:
            who = _may(connection, email, "promotions:ask")
            given = gates.newest_row(connection, who, strategies.find(connection, who, strategy).id, "product")
            limits = policies.in_force(connection).document()
        if given is None:
            raise Conflict("The promotion is blocked: there is no verdict of the product gate.")
        scored = gates.readiness(Settings.read(), given.owner_id, given.record["subject"]["result"], limits)
        with database.writing() as connection:
            made = promotions.ask(connection, EventLog(), _origin, who, _store(), reason, given, scored)
    return _answer(made)


@command.command()
@click.argument("promotion")
@click.option("--note", default="", help="What to say with it.")
@_as
def approve(promotion: str, note: str, email: str | None) -> Answer:
    """Approve PROMOTION, which somebody else asked for."""
    return _decided(promotion, {"decision": "approve", "note": note}, email)


@command.command()
@click.argument("promotion")
@click.option("--note", default="", help="What to say with it.")
@_as
def reject(promotion: str, note: str, email: str | None) -> Answer:
    """Reject PROMOTION."""
    return _decided(promotion, {"decision": "reject", "note": note}, email)


def _decided(promotion: str, said: dict[str, str], email: str | None) -> Answer:
    with opened() as database:
        with database.reading() as connection:
            who = _may(connection, email, "promotions:decide")
            found = promotions.find(connection, who, promotion)
            limits = policies.in_force(connection).document()
        scored = gates.readiness(Settings.read(), found.owner_id, found.result, limits)
        with database.writing() as connection:
            wanted = checked(Decision, said)
            made = promotions.decide(connection, EventLog(), _origin, who, _store(), promotion, wanted, scored.stale)
    return _answer(made)


def _answer(made: Promotion) -> Answer:
    about = [("promotion", made.id), ("state", made.state), ("asked by", made.requested_by), ("reason", made.reason)]
    return Answer(made.model_dump(mode="json"), [facts(about)])


def _may(connection: Connection, email: str | None, permission: str) -> Actor:
    """Whoever acts; raises NotAllowed for an account that may not."""
    who = owner(connection, email)
    if why := refusal(who, permission):
        raise NotAllowed(why)
    return who


def _store() -> Any:
    return store_of(Settings.read())
