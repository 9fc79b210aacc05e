"""The API as reference pages: its calls and records from the OpenAPI document, and who may make which call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from docs.markdown import table
from server_ext.access.actor import Role
from server_ext.access.permissions import BY_METHOD, PERMISSIONS, PUBLIC
from server_ext.routes import ROUTES
from server_ext.web.document import document
from server_ext.web.route import Route

__all__ = ["permissions", "rest"]

JSON = "application/json"
OPENING = """\
Everything that the platform does, over HTTP. `GET /api/v1/openapi.json` is the same as a document for tools; in Python every call
is a method of [`ak.Client`](python.md#client). How it is used, step by step: [Use the API from outside](../how-to/api.md).

Requests and answers are JSON in UTF-8. A request carries `Authorization: Bearer <access token>`, or the cookie of the login page.
Rates are percent numbers, times are RFC 3339 in UTC with a `Z`, and a number that is undefined is `null`. Lists take `skip` and
`limit`, newest first. What creates takes an `Idempotency-Key`: the same key and body give the first answer again. A refusal is
answered by `{"error": {"code", "message", "fields", "request_id"}}`, with the codes of [Errors](errors.md).
"""
RIGHTS = """\
What each role may do, and which calls ask for it; a call that names no permission keeps the server from starting. Why it is so:
[Security](../explanation/security.md).
"""


def rest() -> str:
    """Every call of the API by subject, and every record that goes over the wire."""
    api = document(ROUTES, "")
    calls = [(method.upper(), path, call) for path, methods in api["paths"].items() for method, call in methods.items()]
    subjects = dict.fromkeys(call["tags"][0] for _, _, call in calls)
    sections = [_subject(name, [row for row in calls if row[2]["tags"][0] == name]) for name in subjects]
    records = [_record(name, schema) for name, schema in sorted(api["components"]["schemas"].items())]
    return "\n".join(["# REST API\n", OPENING, *sections, "## Records\n", *records])


def permissions() -> str:
    """Every permission with the roles that have it and the calls that ask for it."""
    roles = list(Role)
    rows = [(f"`{word}`", *("yes" if role in PERMISSIONS[word] else "" for role in roles), _asked(word)) for word in PERMISSIONS]
    public = [(f"`{route.method} {route.path}`", route.summary) for route in _of(PUBLIC)]
    ways = [(str(method), _words(words)) for method, words in BY_METHOD.items()]
    parts = [
        RIGHTS,
        table(("permission", *map(str, roles), "calls"), rows),
        "## Public calls\n\nNobody has to be signed in for these.\n",
        table(("call", "what it does"), public),
        "## Ways of signing in\n",
        table(("signed in by", "may use"), ways),
    ]
    return "\n".join(["# Permissions\n", *parts])


def _subject(name: str, calls: Iterable[tuple[str, str, dict[str, Any]]]) -> str:
    rows = [
        (f"`{method} {path}`", call["summary"], _link(_body(call)), _link(_answer(call)), _permission(call))
        for method, path, call in calls
    ]
    return f"## {name.capitalize()} calls\n\n{table(('call', 'what it does', 'takes', 'gives', 'permission'), rows)}"


def _record(name: str, schema: dict[str, Any]) -> str:
    wanted = set(schema.get("required", ()))
    rows = [
        (f"`{field}`", _type(one), "" if field in wanted else f"`{one.get('default')!r}`", one.get("description"))
        for field, one in schema.get("properties", {}).items()
    ]
    parts = [f"### {name}", schema.get("description", ""), f"One of {_type(schema)}." if "enum" in schema else ""]
    parts += [table(("field", "type", "unless given", "what it is"), rows)] if rows else []
    return "\n\n".join(part for part in parts if part).rstrip() + "\n"


def _body(call: dict[str, Any]) -> dict[str, Any] | None:
    content = call.get("requestBody", {}).get("content", {})
    return content[JSON]["schema"] if JSON in content else {"title": "a file"} if content else None


def _answer(call: dict[str, Any]) -> dict[str, Any] | None:
    content = next((one.get("content", {}) for status, one in call["responses"].items() if status.startswith("2")), {})
    return content[JSON]["schema"] if JSON in content else {"title": "a file"} if content else None


def _link(schema: dict[str, Any] | None) -> str:
    if schema is None:
        return ""
    name = _name(schema)
    return f"[{name}](#{name.lower()})" if "$ref" in schema else schema.get("title", "")


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2] if "$ref" in schema else ""


def _type(schema: dict[str, Any]) -> str:
    """A JSON schema in few words."""
    if "$ref" in schema:
        return _link(schema)
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    if any_of := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(map(_type, any_of)))
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}" if schema.get("items") else "list"
    return schema.get("format") or schema.get("type") or "any"


def _permission(call: dict[str, Any]) -> str:
    return next(iter(call["description"].split("`")[1:2]), "")


def _of(permission: str) -> Iterator[Route]:
    return (route for route in ROUTES if route.permission == permission)


def _asked(permission: str) -> str:
    return "<br>".join(f"`{route.method} {route.path}`" for route in _of(permission))


def _words(words: frozenset[str]) -> str:
    return "every permission" if words == frozenset(PERMISSIONS) else ", ".join(f"`{word}`" for word in sorted(words))
