"""Python objects as Markdown: tables, signatures and numpydoc docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

__all__ = ["first_sentence", "members", "prose", "signature", "table"]

UNDERLINED = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
LISTED = {"Attributes", "Parameters", "Raises", "Warns", "Yields"}
WIDEST = 110


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with one row a line; a None is an empty cell."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(value) for value in line)} |" for line in lines) + "\n"


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).replace("|", "\\|").split())


def first_sentence(thing: object) -> str:
    """The first line of what an object says about itself."""
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


class Source(str):
    """An annotation as its source has it; inspect would put quotes around the string."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def signature(name: str, thing: Any) -> str:
    """How to call a function or make an object of a class; one parameter a line where one line is too long."""
    call = _without_annotations(thing) if isinstance(thing, type) else _as_written(thing)
    line = f"{name}{call}"
    return line if len(line) <= WIDEST else _broken(name, call)


def _without_annotations(kind: type) -> inspect.Signature:
    call = inspect.signature(kind)
    plain = [parameter.replace(annotation=parameter.empty) for parameter in call.parameters.values()]
    return call.replace(parameters=plain, return_annotation=call.empty)


def _as_written(function: Any) -> inspect.Signature:
    call = inspect.signature(function)
    written = [parameter.replace(annotation=_unquoted(parameter.annotation)) for parameter in call.parameters.values()]
    return call.replace(parameters=written, return_annotation=_unquoted(call.return_annotation))


def _unquoted(annotation: Any) -> Any:
    return Source(annotation) if isinstance(annotation, str) else annotation


def _broken(name: str, call: inspect.Signature) -> str:
    first_keyword = next((one for one in call.parameters.values() if one.kind is one.KEYWORD_ONLY), None)
    lines = [line for one in call.parameters.values() for line in (["*"] if one is first_keyword else []) + [str(one)]]
    returned = "" if call.return_annotation is call.empty else f" -> {inspect.formatannotation(call.return_annotation)}"
    return "\n".join([f"{name}(", *(f"    {line}," for line in lines), f"){returned}"])


def prose(thing: object) -> str:
    """A docstring as Markdown: numpydoc's sections under bold heads, their entries as lists."""
    text = inspect.getdoc(thing) or ""
    opening, *rest = UNDERLINED.split(text)
    parts = [opening.strip()]
    for head, body in zip(rest[::2], rest[1::2], strict=True):
        content = "\n".join(_entries(body)) if head in LISTED else body.strip()
        parts += [f"**{head}**", content]
    return "\n\n".join(part for part in parts if part)


def _entries(body: str) -> Iterator[str]:
    for line in body.strip().splitlines():
        name, _, what = line.partition(" : ")
        if line.startswith(" "):
            yield f"  {line.strip()}"
        elif line.strip():
            yield f"- `{name}`: {what}" if what else f"- `{name}`"


def members(kind: type) -> list[tuple[str, object]]:
    """The public methods and properties that a class itself adds, in the order it defines them."""
    own = [(name, value) for name, value in vars(kind).items() if not name.startswith("_")]
    functions = (property, staticmethod, classmethod)
    return [(name, value) for name, value in own if inspect.isfunction(value) or isinstance(value, functions)]
