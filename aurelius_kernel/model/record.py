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
    kind, given, context = finding["type"], f"{finding['input']!r:.80}", finding.get("ctx", {})
    sentences = {
        "value_error": f"{context.get('error')}",
        "missing": "is required",
        "too_short": f"must hold at least {context.get('min_length')} item(s), and it holds {context.get('actual_length')}",
        "too_long": f"must hold at most {context.get('max_length')} item(s), and it holds {context.get('actual_length')}",
        "tuple_type": f"must be a list of names, not {given}",
        "union_tag_invalid": f"must have as its {context.get('discriminator')} one of {context.get('expected_tags')}, not {given}",
        "union_tag_not_found": f"must have its {context.get('discriminator')}, one of the known rules",
        "model_type": f"must be a mapping of its fields, not {given}",
    }
    if kind in sentences:
        return sentences[kind]
    if kind.startswith("date"):
        return f"must be a date such as 2024-12-31, not {given}"
    text = finding["msg"].replace("Input should be", "must be")
    return f"{text[0].lower()}{text[1:]}, not {given}"


def _builtin(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
