"""JSON as it is taken: no duplicate keys, no NaN or infinity, no depth that would exhaust the stack."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from aurelius_kernel.errors import InvalidField
from server_ext.errors import InvalidJson

__all__ = ["checked", "parse"]

Model = TypeVar("Model", bound=BaseModel)

_DEPTH = 64


def parse(model: type[Model], body: bytes) -> Model:
    """The body as `model`; raises InvalidJson for what is no JSON, InvalidField naming each field at fault."""
    _check_text(body)
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise _refusal(error) from None


def checked(model: type[Model], values: dict[str, Any]) -> Model:
    """Plain values, such as those of a query, as `model`; raises InvalidField naming each field at fault."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _refusal(error) from None


def _check_text(body: bytes) -> None:
    try:
        text = body.decode("utf-8")
        _check_depth(text)
        json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite, parse_int=_int)
    except UnicodeDecodeError:
        raise InvalidJson("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise InvalidJson(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None


def _check_depth(text: str) -> None:
    """Refuse deep nesting before a parser recurses into it; brackets inside strings count too, which only makes it stricter."""
    depth = deepest = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    if deepest > _DEPTH:
        raise InvalidJson(f"The body is nested deeper than {_DEPTH} levels.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InvalidField.of(key, "is given twice")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise InvalidField.of("body", f"holds {name}, which is no JSON number; use null")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise InvalidField.of("body", f"holds the number {text[:20]}, which is too large")
    return value


def _int(text: str) -> int:
    if len(text) > 30:
        raise InvalidField.of("body", f"holds the number {text[:10]}…, which is too large")
    return int(text)


def _refusal(error: ValidationError) -> InvalidField:
    problems = {".".join(str(part) for part in finding["loc"]) or "body": _problem(finding) for finding in error.errors()}
    return InvalidField("; ".join(f"{path} {problem}" for path, problem in problems.items()) + ".", fields=problems)


def _problem(finding: Any) -> str:
    if finding["type"] == "missing":
        return "is required"
    if finding["type"] == "extra_forbidden":
        return "is not a known field"
    if finding["type"] == "value_error":
        return str(finding["ctx"]["error"])
    text = str(finding["msg"]).replace("Input should", "should").replace("String should", "should")
    return text[0].lower() + text[1:]
