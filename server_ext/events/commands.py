"""What a client may say: four commands, each a small JSON object."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from aurelius_kernel.errors import AureliusError, InvalidField, UnknownName
from server_ext.errors import InvalidJson

__all__ = ["Command", "Inbound", "MessageTooLarge", "Ping", "Resume", "Subscribe", "TooFast", "Unsubscribe", "parse"]

_LARGEST = 64 * 1024
_A_SECOND = 50
_IN_A_ROW = 10

Name = Annotated[str, Field(max_length=100)]


class MessageTooLarge(AureliusError):
    """A message that is larger than any command."""

    code = "too_large"


class TooFast(AureliusError):
    """More messages than a client may send."""

    code = "too_fast"


class _Choice(BaseModel):
    """Types of events; every other field narrows them by a value of their data."""

    model_config = ConfigDict(extra="allow", strict=True)
    __pydantic_extra__: dict[str, Name]

    events: list[Name] = Field(min_length=1, max_length=100)

    @property
    def fields(self) -> dict[str, str]:
        """What narrows the events."""
        return dict(self.__pydantic_extra__)


class Subscribe(_Choice):
    """Hear of these events too."""

    action: Literal["subscribe"]


class Unsubscribe(_Choice):
    """Hear of these events no longer."""

    action: Literal["unsubscribe"]


class Ping(BaseModel):
    """Say whether you are there, and where I stand."""

    model_config = ConfigDict(extra="forbid", strict=True)

    action: Literal["ping"]
    timestamp: int | float | None = None


class Resume(BaseModel):
    """Send what I missed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    action: Literal["resume"]
    after: int = Field(ge=0, le=2**53)
    epoch: Name | None = None


Command = Subscribe | Unsubscribe | Ping | Resume

_ACTIONS: dict[str, TypeAdapter[Command]] = {
    "ping": TypeAdapter(Ping),
    "resume": TypeAdapter(Resume),
    "subscribe": TypeAdapter(Subscribe),
    "unsubscribe": TypeAdapter(Unsubscribe),
}


def parse(message: str | bytes) -> Command:
    """A message as a command; raises an AureliusError that says what is wrong with it."""
    if isinstance(message, bytes):
        raise InvalidJson("Commands are text, not binary.")
    if len(message) > _LARGEST or len(message.encode()) > _LARGEST:
        raise MessageTooLarge(f"A command has at most {_LARGEST // 1024} kB.")
    try:
        said: Any = orjson.loads(message)
    except ValueError:
        raise InvalidJson("The message is not JSON.") from None
    if not isinstance(said, dict):
        raise InvalidJson('A command is an object such as {"action": "ping"}.')
    action = said.get("action")
    if not isinstance(action, str) or action not in _ACTIONS:
        raise UnknownName("action", str(action)[:100], _ACTIONS)
    try:
        return _ACTIONS[action].validate_python(said)
    except ValidationError as error:
        finding = error.errors()[0]
        field = ".".join(str(part) for part in finding["loc"]) or "message"
        raise InvalidField.of(field[:200], f"is wrong: {finding['msg']}") from None


class Inbound:
    """How much one client says: at most fifty messages a second, and not ten wrong ones in a row."""

    __slots__ = ("_count", "_second", "_wrong")

    def __init__(self) -> None:
        self._second = self._count = self._wrong = 0

    def count(self, now: float) -> None:
        """Count a message; raises TooFast."""
        if int(now) != self._second:
            self._second, self._count = int(now), 0
        self._count += 1
        if self._count > _A_SECOND:
            raise TooFast(f"A client may send {_A_SECOND} messages a second.")

    def understood(self) -> None:
        """Forgive what was wrong before."""
        self._wrong = 0

    def refused(self) -> bool:
        """Count a wrong message; True when there were too many in a row."""
        self._wrong += 1
        return self._wrong >= _IN_A_ROW
