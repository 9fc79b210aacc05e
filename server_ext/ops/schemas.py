"""Health on the wire."""

from __future__ import annotations

from enum import StrEnum

from server_ext.web.schema import Schema

__all__ = ["Component", "Condition", "Health"]


class Condition(StrEnum):
    """How a component does."""

    OK = "ok"
    OFF = "off"
    DOWN = "down"


class Component(Schema):
    """A part of the platform, how it does and why."""

    name: str
    state: Condition
    reason: str = ""


class Health(Schema):
    """The platform and its components."""

    status: Condition
    version: str
    components: list[Component]
