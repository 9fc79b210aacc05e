"""Kernels and sessions that belong to who started them; to anybody else they do not exist."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Any
from uuid import uuid4

from jupyter_server.base.call_context import CallContext
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.services.sessions.sessionmanager import SessionManager
from tornado.web import HTTPError

from aurelius_kernel.clock import utc_now
from server_ext.access.actor import Actor
from server_ext.platform import platform_of

__all__ = ["OwnedKernelManager", "OwnedSessionManager", "current_actor"]

_PER_VIEWER = 12
_KERNEL_SECONDS = 12 * 3_600
_UNVISITED = 60.0
"""Seconds after which the kernel of a page is ended that nobody has a connection to: its visitor is gone, with no word of it."""


def current_actor() -> Actor | None:
    """The account whose request is being served; None for the server's own work."""
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    user = getattr(handler, "current_user", None)
    return getattr(user, "actor", None)


class OwnedKernelManager(AsyncMappingKernelManager):  # type: ignore[misc]  # jupyter_server has no types
    """Remembers who started each kernel, and answers others as if it were not there; an admin sees all."""

    def __init__(self, **kwargs: Any) -> None:
        self._owners: dict[str, str] = {}
        self._dashboards: dict[str, str] = {}
        self._left: dict[str, float] = {}
        self._spares: list[str] = []
        self._starts_spare = False
        super().__init__(**kwargs)

    def owner(self, kernel_id: str) -> str | None:
        """The id of the account that started a kernel."""
        return self._owners.get(kernel_id)

    def is_foreign(self, kernel_id: str) -> bool:
        """Whether a kernel runs that the current request's account has no business with."""
        actor = current_actor()
        if actor is None or actor.is_admin or kernel_id not in self._kernels:
            return False
        return self.owner(kernel_id) != actor.id

    def __contains__(self, kernel_id: str) -> bool:
        return kernel_id in self._kernels and not self.is_foreign(kernel_id)

    def get_kernel(self, kernel_id: str) -> Any:
        """The manager of one kernel; 404 for one that is not there, or not one's own."""
        if self.is_foreign(kernel_id):
            raise HTTPError(404, f"Kernel does not exist: {kernel_id}")
        return super().get_kernel(kernel_id)

    async def start_kernel(self, *, kernel_id: str | None = None, **kwargs: Any) -> str:
        """Start a kernel for the account that asks."""
        actor = current_actor()
        if kernel_id is not None and self.is_foreign(kernel_id):
            raise HTTPError(404, f"Kernel does not exist: {kernel_id}")
        if actor is not None and not actor.may_execute and kernel_id not in self._dashboards:
            raise HTTPError(403, f"This is not for the role {actor.role}.")
        # The owner is known before the kernel is there: its own start already asks whose it is.
        kernel_id = kernel_id or str(uuid4())
        if actor is not None:
            self._owners.setdefault(kernel_id, actor.id)
            kwargs["env"] = {**(kwargs.get("env") or os.environ), **self.identity(actor)}
        try:
            started: str = await super().start_kernel(kernel_id=kernel_id, **kwargs)
        except BaseException:
            if kernel_id not in self._kernels:
                self._owners.pop(kernel_id, None)
            raise
        return started

    def kernel_model(self, kernel_id: str) -> Any:
        """What is told of a kernel, of one too that is still being made: Jupyter's own list fails for that moment."""
        kernel = self._kernels.get(kernel_id)
        if kernel is not None and not kernel.trait_has_value("last_activity"):
            kernel.last_activity = utc_now()
        return super().kernel_model(kernel_id)

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that ended."""
        self._owners.pop(kernel_id, None)
        self._dashboards.pop(kernel_id, None)
        self._left.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)

    def reserve(self, actor: Actor, *, most: int, any_will_do: bool = False) -> str:
        """The id of a kernel for one dashboard more, of the one that waits where any will do.

        A page that was left makes room. HTTPError 429 where the account has its share, 503 where all places are taken.
        """
        own = [one for one, owner in self._dashboards.items() if owner == actor.id]
        if len(own) >= _PER_VIEWER and not actor.may_execute and not self._make_room(own):
            raise HTTPError(429, f"You have {_PER_VIEWER} dashboards open; close one first.")
        if len(self._dashboards) >= most and not self._make_room(list(self._dashboards)):
            raise HTTPError(503, f"{most} dashboards are open, as many as there is room for.")
        spare = next((one for one in self._spares if one in self._kernels), None) if any_will_do else None
        if spare:
            self._spares.remove(spare)
            self._owners[spare] = actor.id
        kernel_id = spare or str(uuid4())
        self._dashboards[kernel_id] = actor.id
        return kernel_id

    async def keep_spare(self, ready: Callable[[str], Awaitable[None]], **kwargs: Any) -> None:
        """Have a kernel wait for the next dashboard, unless one waits already: nobody's, until `reserve` gives it away.

        It is given away once `ready` has come back, which is called with its id; one that does not become ready is ended.
        """
        if self._starts_spare or any(one in self._kernels for one in self._spares):
            return
        self._starts_spare = True
        try:
            kernel_id: str = await super().start_kernel(kernel_id=str(uuid4()), **kwargs)
            try:
                await ready(kernel_id)
            except BaseException:
                await self.shutdown_kernel(kernel_id, now=True)
                raise
            self._spares = [kernel_id]
        finally:
            self._starts_spare = False

    def identity(self, actor: Actor) -> dict[str, str]:
        """What a kernel is told of its owner: where the platform is, and a token of the session that asks for the kernel."""
        return _for_kernel(actor)

    def notify_connect(self, kernel_id: str) -> None:
        """A page has a connection to its kernel."""
        self._left.pop(kernel_id, None)
        super().notify_connect(kernel_id)

    def notify_disconnect(self, kernel_id: str) -> None:
        """A page has lost its connection; unless it comes back, its kernel is ended."""
        super().notify_disconnect(kernel_id)
        if self._is_unvisited(kernel_id):
            self._left[kernel_id] = time.monotonic()
            self.end_unless_visited(kernel_id)

    def end_unless_visited(self, kernel_id: str) -> None:
        """End the kernel of a dashboard in a minute, if no page has a connection to it then, and had none all the while."""
        asyncio.get_running_loop().call_later(_UNVISITED, self._end_unvisited, kernel_id, self._left.get(kernel_id))

    async def end_dashboard(self, kernel_id: str) -> None:
        """End the kernel of a dashboard and free its place, whether it runs yet or not."""
        self._dashboards.pop(kernel_id, None)
        self._left.pop(kernel_id, None)
        if kernel_id in self._kernels:
            await self.shutdown_kernel(kernel_id, now=True)

    def _is_unvisited(self, kernel_id: str) -> bool:
        return kernel_id in self._dashboards and not self._kernel_connections.get(kernel_id)

    def _end_unvisited(self, kernel_id: str, since: float | None) -> None:
        if self._is_unvisited(kernel_id) and self._left.get(kernel_id) == since:
            self._end_soon(kernel_id)

    def _make_room(self, among: Sequence[str]) -> bool:
        """End the page that was left longest ago; False where somebody is behind each."""
        left = [one for one in among if one in self._left]
        if left:
            self._end_soon(min(left, key=self._left.__getitem__))
        return bool(left)

    def _end_soon(self, kernel_id: str) -> None:
        """Free the place now and end the kernel: in a context of its own, in which nobody asks."""
        self._dashboards.pop(kernel_id, None)
        asyncio.get_running_loop().create_task(self.end_dashboard(kernel_id), context=Context())


def _for_kernel(actor: Actor) -> dict[str, str]:
    """Where the platform is, and a token of the session that starts the kernel: it ends with that session."""
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    platform = platform_of(handler)
    token = platform.tokens.issue(user_id=actor.id, session_id=actor.session_id, role=actor.role, seconds=_KERNEL_SECONDS)
    url = platform.settings.public_url.rstrip("/") or handler.serverapp.connection_url.rstrip("/")
    return {"AURELIUS_OWNER": actor.id, "AURELIUS_URL": url, "AURELIUS_TOKEN": token}


class OwnedSessionManager(SessionManager):  # type: ignore[misc]  # jupyter_server has no types
    """Sessions of one's own kernels only; two accounts may have the same notebook open, each on a kernel of its own."""

    async def row_to_model(self, row: Any, tolerate_culled: bool = False) -> Any:  # the base's signature
        """The session, or as if it were gone when its kernel is somebody else's; the row stays."""
        if self.kernel_manager.is_foreign(row["kernel_id"]):
            if tolerate_culled:
                return None
            raise KeyError(row["session_id"])
        return await super().row_to_model(row, tolerate_culled)

    async def session_exists(self, path: str) -> bool:
        """Whether one has this notebook open."""
        return self._own(path) is not None and await self.row_to_model(self._own(path), tolerate_culled=True) is not None

    async def get_session(self, **kwargs: Any) -> Any:
        """One's own session of that description; 404 for none."""
        if set(kwargs) == {"path"} and (row := self._own(kwargs["path"])) is not None:
            kwargs = {"session_id": row["session_id"]}
        return await super().get_session(**kwargs)

    def _own(self, path: str) -> Any:
        actor = current_actor()
        rows = self.cursor.execute("SELECT * FROM session WHERE path=?", (path,)).fetchall()
        mine = [row for row in rows if actor is None or self.kernel_manager.owner(row["kernel_id"]) == actor.id]
        return mine[0] if mine else None
