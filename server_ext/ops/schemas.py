"""Health on the wire."""

from __future__ import annotations

from enum import StrEnum

from server_ext.web.schema import Schema

__all__ = ["Component", "Health", "State"]


class State(StrEnum):
    """How a component does."""

    OK = "ok"
    OFF = "off"
    DOWN = "down"


class Component(Schema):
    """A part of the platform, how it does and why."""

    name: str
    state: State
    reason: str = ""


class Health(Schema):
    """The platform and its components."""

    status: State
    version: str
    components: list[Component]
