"""Who may do what: one table of words, and a second one of which way of signing in may use which."""

from __future__ import annotations

from server_ext.access.actor import Actor, Method, Role

__all__ = ["BY_METHOD", "PERMISSIONS", "PUBLIC", "granted", "refusal"]

PUBLIC = "public"
"""What a route says that needs nobody to be signed in."""

_EVERYBODY = frozenset(Role)
_RESEARCHERS = frozenset({Role.ANALYST, Role.QUANT, Role.ADMIN})
_CODERS = frozenset({Role.QUANT, Role.ADMIN})
_ADMINS = frozenset({Role.ADMIN})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "account:own": _EVERYBODY,
    "account:secure": _EVERYBODY,
    "audit:read": _ADMINS,
    "data:read": _EVERYBODY,
    "data:write": _RESEARCHERS,
    "events:read": _EVERYBODY,
    "events:watch": _ADMINS,
    "jobs:read": _EVERYBODY,
    "jobs:run": _RESEARCHERS,
    "jobs:run-notebook": _CODERS,
    "jupyter:execute": _CODERS,
    "jupyter:view": _EVERYBODY,
    "policy:read": _EVERYBODY,
    "policy:set": _ADMINS,
    "promotions:ask": _RESEARCHERS,
    "promotions:decide": _ADMINS,
    "promotions:read": _EVERYBODY,
    "research:read": _EVERYBODY,
    "research:run": _RESEARCHERS,
    "schedules:read": _EVERYBODY,
    "schedules:write": _RESEARCHERS,
    "strategies:read": _EVERYBODY,
    "strategies:write": _RESEARCHERS,
    "users:manage": _ADMINS,
    "waivers:grant": _ADMINS,
    "waivers:read": _EVERYBODY,
}
"""Every permission, `resource:action`, and the roles that have it. What a role may read is its own, and what is shared with it."""

BY_METHOD: dict[Method, frozenset[str]] = {
    Method.BEARER: frozenset(PERMISSIONS),
    Method.COOKIE: frozenset(PERMISSIONS),
}
"""What each way of signing in may be used for."""


def refusal(actor: Actor, permission: str) -> str | None:
    """Why `actor` may not do this, as a sentence; None when it may."""
    if permission not in BY_METHOD[actor.method]:
        return f"A request signed in by {actor.method} may not use {permission}."
    if actor.role not in PERMISSIONS[permission]:
        allowed = ", ".join(role for role in Role if role in PERMISSIONS[permission])
        return f"This needs the role {allowed.replace(', ', ' or ')}; you are {actor.role}."
    return None


def granted(actor: Actor) -> list[str]:
    """Everything that `actor` may do, sorted."""
    return sorted(permission for permission in PERMISSIONS if refusal(actor, permission) is None)
