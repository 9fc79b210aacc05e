"""A strategy that a cell defines."""

from __future__ import annotations

import ast
from typing import Any

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.strategies import Strategy, register

__all__ = ["defined_in"]


def defined_in(shell: Any, cell: str) -> type[Strategy]:
    """Run the cell in the notebook's own names, and give the last strategy class that it defines, registered.

    Raises InvalidField for a cell that defines none, and whatever the cell raises.
    """
    name = shell.compile.cache(cell, shell.execution_count)
    tree = shell.compile.ast_parse(cell, filename=name)
    exec(shell.compile(tree, name, "exec"), shell.user_ns)  # noqa: S102  # the cell is the user's own, as any other
    classes = [shell.user_ns.get(node.name) for node in tree.body if isinstance(node, ast.ClassDef)]
    families = [one for one in classes if isinstance(one, type) and issubclass(one, Strategy)]
    if not families:
        raise InvalidField.of(
            "cell", "must be lines of name = value, or define a class of ak.SingleInstrumentStrategy or ak.Strategy"
        )
    family = families[-1]
    return family if Strategy.families.get(getattr(family, "type", "")) is family else register(family)
