"""The calls of strategies."""

from __future__ import annotations

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.strategies import Strategy as StrategyFamily
from aurelius_kernel.strategies import describe
from server_ext.sharing import calls as sharing
from server_ext.sharing.schemas import NewShare, Share, ShareList
from server_ext.strategies import service
from server_ext.strategies.schemas import (
    Family,
    FamilyList,
    NewStrategy,
    Parameter,
    Strategy,
    StrategyChange,
    StrategyDetail,
    StrategyFilter,
    StrategyList,
    Validity,
)
from server_ext.web.call import Call

__all__ = ["change", "create", "detail", "families", "list_", "list_shares", "remove", "share", "unshare", "validate"]


async def list_(call: Call, query: StrategyFilter) -> StrategyList:
    """List strategies."""
    return await call.read(service.list_, call.actor, query)


async def create(call: Call, body: NewStrategy) -> Strategy:
    """Make a strategy of a registered family."""
    made = await call.once(service.create, call.platform.log, call.actor, body)
    call.headers["Location"] = f"/api/v1/strategies/{made.id}"
    return made


async def detail(call: Call, strategy_id: str) -> StrategyDetail:
    """Give one strategy with every version it had."""
    return await call.read(service.detail, call.actor, strategy_id)


async def change(call: Call, strategy_id: str, body: StrategyChange) -> Strategy:
    """Change a strategy; another name or other parameters make a new version."""
    if not body.model_fields_set:
        raise InvalidField.of("body", "must change something: name, parameters or status")
    return await call.write(service.change, call.platform.log, call.actor, strategy_id, body)


async def remove(call: Call, strategy_id: str) -> None:
    """Delete a strategy; one that has runs is archived."""
    await call.write(service.remove, call.platform.log, call.actor, strategy_id)


async def validate(call: Call, strategy_id: str) -> Validity:
    """Check that a strategy can be run as it is."""
    return await call.read(service.validate, call.actor, strategy_id)


async def list_shares(call: Call, strategy_id: str) -> ShareList:
    """List whom a strategy of one's own is shared with."""
    return await sharing.listed(call, service.own, strategy_id)


async def share(call: Call, strategy_id: str, body: NewShare) -> Share:
    """Share a strategy with an account or a team, who may then read it and hear of it, and change nothing."""
    return await sharing.shared(call, service.own, strategy_id, body, where=f"/api/v1/strategies/{strategy_id}/shares/")


async def unshare(call: Call, strategy_id: str, share_id: str) -> None:
    """Take a share back."""
    await sharing.taken_back(call, service.own, strategy_id, share_id)


async def families(_call: Call) -> FamilyList:
    """List every family with its parameters."""
    found = [_family(family) for _, family in sorted(StrategyFamily.families.items())]
    return FamilyList(total=len(found), strategy_types=found)


def _family(family: type[StrategyFamily]) -> Family:
    return Family(
        type=family.type,
        version=family.version,
        summary=family.summary,
        min_instruments=family.min_instruments,
        max_instruments=family.max_instruments,
        parameters=[Parameter.model_validate(row) for row in describe(family)],
    )
