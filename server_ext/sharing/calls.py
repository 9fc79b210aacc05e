"""The calls about shares, alike for every kind of object: whom it is shared with, sharing it, and taking that back.

`own` finds the object for whoever may share it, `where` is the address of its shares.
"""

from __future__ import annotations

from server_ext.sharing import service
from server_ext.sharing.schemas import NewShare, Share, ShareList
from server_ext.sharing.service import Own
from server_ext.web.call import Call

__all__ = ["listed", "shared", "taken_back"]


async def listed(call: Call, own: Own, object_id: str) -> ShareList:
    """Whom an object is shared with."""
    return await call.read(service.list_shares, call.actor, own, object_id)


async def shared(call: Call, own: Own, object_id: str, wanted: NewShare, *, where: str) -> Share:
    """The share that was made, once under one key."""
    made = await call.once(service.share, call.platform.log, call.origin, call.actor, own, object_id, wanted)
    call.headers["Location"] = f"{where}{made.id}"
    return made


async def taken_back(call: Call, own: Own, object_id: str, share_id: str) -> None:
    """Take a share back."""
    await call.write(service.unshare, call.origin, call.actor, own, object_id, share_id)
