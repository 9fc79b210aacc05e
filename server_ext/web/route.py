"""A row of the route table, and what its handler's signature says about bodies, queries and answers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from types import NoneType
from typing import Any, get_type_hints

from pydantic import BaseModel

from server_ext.access.permissions import PERMISSIONS, PUBLIC

__all__ = ["Route"]

Handler = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    """One call of the API.

    The handler takes the call, then the parts of the path by name, `body` (a JSON body, or `Upload`) and `query`; the types it
    names are what is parsed, and the type it returns is what is answered. `permission` is a word of the permission table or
    PUBLIC; a row without one is refused when the table is made.
    """

    method: str
    path: str
    handler: Handler
    permission: str
    status: int = 200
    events: tuple[str, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        if self.permission != PUBLIC and self.permission not in PERMISSIONS:
            raise ValueError(f"{self.method} {self.path} names no known permission: {self.permission!r}")
        if unknown := set(self.parts) - set(inspect.signature(self.handler).parameters):
            raise ValueError(f"{self.method} {self.path}: the handler does not take {sorted(unknown)}")

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The types that the handler names."""
        return get_type_hints(self.handler)

    @cached_property
    def body(self) -> type[BaseModel] | None:
        """The type of the body."""
        return self.hints.get("body")

    @cached_property
    def query(self) -> type[BaseModel] | None:
        """The type of the query."""
        return self.hints.get("query")

    @property
    def answer(self) -> type[BaseModel] | None:
        """The type of the answer; None for an answer without a body."""
        answer = self.hints.get("return")
        return None if answer in (None, NoneType) else answer

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (inspect.getdoc(self.handler) or "").partition("\n")[0]
