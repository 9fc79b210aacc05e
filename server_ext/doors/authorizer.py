"""Which of Jupyter's resources a role may use; what is not named is refused."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.authorizer import Authorizer

from server_ext.doors.identity import JupyterUser

__all__ = ["AureliusAuthorizer"]

_VIEWED = frozenset({("execute", "kernels"), ("read", "kernels"), ("read", "api")})


class AureliusAuthorizer(Authorizer):  # type: ignore[misc]  # jupyter_server has no types
    """Who may run code may use Jupyter; the others may only talk to the widgets of their own dashboards' kernels."""

    def is_authorized(self, handler: Any, user: JupyterUser, action: str, resource: str) -> bool:  # noqa: ARG002  # the base's signature
        """Whether the account may do this."""
        if user.actor is None:
            return False
        return user.actor.may_execute or (action, resource) in _VIEWED
