"""The API as an OpenAPI 3.1 document, made from the route table and the schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, RootModel
from pydantic.json_schema import models_json_schema

from server_ext.access.permissions import PERMISSIONS, PUBLIC
from server_ext.web.call import Call
from server_ext.web.download import Download
from server_ext.web.route import Route
from server_ext.web.schema import ErrorAnswer
from server_ext.web.upload import Upload

__all__ = ["OpenApi", "document", "openapi"]

_REF = "#/components/schemas/{model}"
_ERROR = {"application/json": {"schema": {"$ref": _REF.format(model="ErrorAnswer")}}}
_MEANINGS = {
    "400": "The request makes no sense.",
    "401": "Nobody is signed in, or the token is not valid.",
    "403": "Signed in, but this is not for you.",
    "404": "No such thing, or not yours.",
    "409": "The state of things is another, or it is there already.",
    "413": "The body is too large.",
    "415": "The body is of another type.",
    "422": "A field is malformed; `fields` names it.",
    "429": "Too many requests; `Retry-After` says for how long.",
    "500": "Something went wrong inside the server.",
    "503": "Not now; `Retry-After` says for how long.",
}
_FILES = ("text/csv", "application/vnd.apache.parquet", "application/octet-stream")


class OpenApi(RootModel[dict[str, Any]]):
    """An OpenAPI document."""


async def openapi(call: Call) -> OpenApi:
    """Give this document."""
    return OpenApi(call.platform.openapi)


def document(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a route table."""
    rows = list(routes)
    paths: dict[str, Any] = {}
    for route in rows:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Aurelius", "version": version, "description": "Research for systematic trading, over HTTP."},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(rows),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": "_".join([route.method.lower(), *re.findall(r"\w+", route.path)]),
        "summary": route.summary,
        "description": _who(route),
        "tags": [_tag(route)],
        "security": [] if route.permission == PUBLIC else [{"bearer": []}],
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)],
        "responses": _responses(route),
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": _body(route.body)}
    return operation


def _who(route: Route) -> str:
    if route.permission == PUBLIC:
        return "For anybody."
    roles = ", ".join(sorted(PERMISSIONS[route.permission]))
    return f"Permission `{route.permission}`: {roles}."


def _body(model: type[BaseModel]) -> dict[str, Any]:
    if model is Upload:
        return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _FILES}
    return {"application/json": {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _responses(route: Route) -> dict[str, Any]:
    answers: dict[str, Any] = {str(route.status): {"description": route.summary or "Done."}}
    if route.answer is Download:
        answers[str(route.status)]["content"] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    elif route.answer is not None:
        answers[str(route.status)]["content"] = {"application/json": {"schema": {"$ref": _REF.format(model=route.answer.__name__)}}}
    if route.method == "GET":
        answers["304"] = {"description": "Unchanged since the `ETag` that was sent."}
    return answers | {status: {"description": _MEANINGS[status], "content": _ERROR} for status in _errors(route)}


def _errors(route: Route) -> list[str]:
    statuses = {"400", "401", "422", "429", "500", "503"}
    if route.permission != PUBLIC:
        statuses |= {"403", "404"}
    if route.method != "GET":
        statuses |= {"403", "409", "413", "415"}
    return sorted(statuses)


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^/]+$"}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in route.parts]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    schema = route.query.model_json_schema(ref_template=_REF)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field, "description": field.get("description", "")}
        for name, field in schema["properties"].items()
    ]


def _header_parameters(route: Route) -> list[dict[str, Any]]:
    creates = route.status == 201 or (route.status == 202 and not route.parts)
    if route.method != "POST" or not creates:
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"}
    sentence = "The same key and body give the first answer again."
    return [{"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema, "description": sentence}]


def _schemas(routes: list[Route]) -> dict[str, Any]:
    taken = {route.body for route in routes if route.body not in (None, Upload)}
    asked = {route.query for route in routes if route.query is not None}
    given = {route.answer for route in routes if route.answer not in (None, Download)} | {ErrorAnswer}
    models = [(model, "validation") for model in taken | asked] + [(model, "serialization") for model in given]
    _, schema = models_json_schema(sorted(models, key=lambda pair: pair[0].__name__), ref_template=_REF)  # type: ignore[arg-type]  # pairs of a model and its mode
    return dict(schema["$defs"])


def _tag(route: Route) -> str:
    parts = [part for part in re.split(r"[/{}]", route.path) if part and part not in {"api", "v1"}]
    return "platform" if parts[0] in {"health", "status", "openapi.json"} else parts[0]
