"""The base of every frozen record: validated once, hashed canonically, errors in one shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from aurelius_kernel.errors import InvalidField, InvalidInput, UnknownName
from aurelius_kernel.hashing import content_hash

__all__ = ["Record", "invalid_field"]


class Record(BaseModel):
    """A frozen, keyword-only record; unknown fields, wrong types, NaN and infinities are refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)

    @classmethod
    def of(cls, fields: Mapping[str, Any] | None = None, **more: Any) -> Self:
        """Validate plain values into a record; raises InvalidField or UnknownName, naming every field at fault."""
        values = {name: _builtin(value) for name, value in {**(fields or {}), **more}.items()}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise invalid_field(error, known=list(cls.model_fields)) from None

    def document(self) -> dict[str, Any]:
        """The record as JSON's own types, every field present."""
        return self.model_dump(mode="json")

    @property
    def hash(self) -> str:
        """The sha256 of the record's canonical JSON."""
        return content_hash(self.document())


def invalid_field(error: ValidationError, known: list[str]) -> InvalidInput:
    """Pydantic's findings as one of our errors: the nearest known name for an unknown field, else each field's problem."""
    for finding in error.errors():
        if finding["type"] == "extra_forbidden" and len(finding["loc"]) == 1:
            return UnknownName("parameter", finding["loc"][0], known)
    problems = {_path(finding["loc"]): _problem(finding) for finding in error.errors()}
    sentence = "; ".join(f"{path} {problem}" if path else problem for path, problem in problems.items())
    return InvalidField(f"{sentence}.", fields=problems)


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)


def _problem(finding: Any) -> str:
    if finding["type"] == "value_error":
        return str(finding["ctx"]["error"])
    if finding["type"] == "missing":
        return "is required"
    text = finding["msg"].replace("Input should be", "must be")
    return f"{text[0].lower()}{text[1:]}, not {finding['input']!r:.80}"


def _builtin(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
