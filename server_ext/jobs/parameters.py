"""The parameters that a notebook declares, and whether given values fit them: checked before any kernel starts.

papermill writes a parameter's name into the notebook as it is, so a name is only taken when the notebook's cell tagged
`parameters` declares it. The cell is read, never run. papermill's own inspection does not see annotations such as
`str | None` and checks no value, hence this reader.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter, ValidationError

from aurelius_kernel.errors import InvalidField, NotFound, UnknownName
from aurelius_kernel.typing import Json

__all__ = ["REQUIRED", "NotebookParameter", "checked_parameters", "declared_parameters"]

REQUIRED: Final = object()
DEEPEST = 20
ATOMS: dict[str, Any] = {"int": int, "float": float, "str": str, "bool": bool, "list": list, "dict": dict, "None": None}


@dataclass(frozen=True, kw_only=True)
class NotebookParameter:
    """One declaration of the tagged cell: `name: annotation = default  # description`."""

    name: str
    annotation: str
    type: Any
    default: Any = REQUIRED
    description: str = ""

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is REQUIRED


def declared_parameters(notebook: Path) -> dict[str, NotebookParameter]:
    """What the notebook's cell tagged `parameters` declares, by name; raises InvalidField where the cell cannot be read."""
    source = _tagged_source(notebook)
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise InvalidField.of("notebook", f"{notebook.name} has a parameters cell that is not Python: {error.msg}") from None
    return {parameter.name: parameter for statement in statements for parameter in _declared(statement, source.splitlines())}


def checked_parameters(declared: Mapping[str, NotebookParameter], given: Mapping[str, Any]) -> dict[str, Json]:
    """The given values as plain JSON.

    Raises UnknownName for a name that is not declared, InvalidField naming every value that does not fit or is missing.
    """
    for name in given:
        if name not in declared:
            raise UnknownName("parameter", name, declared)
    problems = {name: "is required" for name, parameter in declared.items() if parameter.required and name not in given}
    values = {}
    for name, value in given.items():
        try:
            values[name] = _checked(declared[name], value)
        except Unfit as unfit:
            problems[unfit.path] = unfit.problem
    if problems:
        raise InvalidField("; ".join(f"{name} {problem}" for name, problem in problems.items()) + ".", fields=problems)
    return values


def _tagged_source(notebook: Path) -> str:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError:
        raise NotFound(f"There is no notebook {notebook}.") from None
    except (ValueError, KeyError, TypeError):
        raise InvalidField.of("notebook", f"{notebook.name} is not a notebook") from None
    for cell in cells:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            return "".join(cell["source"])
    raise InvalidField.of(
        "notebook", f"{notebook.name} has no cell tagged parameters; one needs that tag, if only with a comment in it"
    )


def _declared(statement: ast.stmt, lines: list[str]) -> Iterator[NotebookParameter]:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        name, annotation = statement.target.id, ast.unparse(statement.annotation)
        kind = _type(statement.annotation, name)
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        name, annotation, kind = statement.targets[0].id, "any", Any
    else:
        return
    default = REQUIRED if statement.value is None else _literal(statement.value, name)
    description = lines[(statement.end_lineno or 1) - 1].encode()[statement.end_col_offset :].decode()
    yield NotebookParameter(
        name=name, annotation=annotation, type=kind, default=default, description=description.strip().removeprefix("#").strip()
    )


def _type(annotation: ast.expr, name: str) -> Any:
    if isinstance(annotation, ast.Name | ast.Constant):
        word = annotation.id if isinstance(annotation, ast.Name) else str(annotation.value)
        if word in ATOMS:
            return ATOMS[word]
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return reduce(or_, (_type(side, name) or type(None) for side in (annotation.left, annotation.right)))
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name) and annotation.value.id in ("list", "dict"):
        inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        return ATOMS[annotation.value.id].__class_getitem__(tuple(_type(part, name) for part in inner))
    raise InvalidField.of(name, f"is declared as {ast.unparse(annotation)}; a parameter is made of {', '.join(ATOMS)} and |")


def _literal(value: ast.expr, name: str) -> Any:
    try:
        return ast.literal_eval(value)
    except ValueError:
        raise InvalidField.of(name, "has a default that is not a plain value") from None


class Unfit(Exception):
    """A value, or something inside it, does not fit; never leaves this module."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path, self.problem = path, problem


def _checked(parameter: NotebookParameter, value: Any) -> Any:
    plain = _plain(value, parameter.name)
    try:
        TypeAdapter(parameter.type, config=ConfigDict(strict=True)).validate_python(plain)
    except ValidationError:
        raise Unfit(parameter.name, f"must be {_words(parameter.annotation)}, not {value!r:.60}") from None
    return plain


def _plain(value: Any, path: str, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise Unfit(path.partition(".")[0], f"must not be nested more than {DEEPEST} deep")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        raise Unfit(path, f"must be finite, not {value}")
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item, f"{path}.{position}", depth + 1) for position, item in enumerate(value)]
    if isinstance(value, Mapping) and all(type(key) is str for key in value):
        return {key: _plain(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
    raise Unfit(path, f"must be a plain JSON value, not {value!r:.60}")


def _words(annotation: str) -> str:
    names = {"int": "a whole number", "float": "a number", "str": "text", "bool": "true or false", "None": "null"}
    containers = {"dict": "an object of names and values", "list": "a list"}
    parts = re.sub(r"(dict|list)\[[^]]*\]", r"\1", annotation).split(" | ")
    return " or ".join((names | containers).get(part, part) for part in parts)
