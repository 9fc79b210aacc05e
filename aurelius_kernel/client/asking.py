"""What every group of calls stands on: a question becomes a request, its answer a record."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

from aurelius_kernel.client.transport import Transport

__all__ = ["Asking", "given"]

Answer = TypeVar("Answer", bound=BaseModel)


class Asking:
    """A way to the platform, as one account."""

    _transport: Transport

    def _ask(self, answer: type[Answer], method: str, path: str, **sent: Any) -> Answer:
        return self._transport.ask(answer, method, path, **sent)


def given(**values: Any) -> dict[str, Any]:
    """Those that are not None."""
    return {name: value for name, value in values.items() if value is not None}
