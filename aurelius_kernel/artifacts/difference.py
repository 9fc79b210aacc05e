"""How two JSON artifacts differ, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aurelius_kernel.artifacts.store import Store

__all__ = ["Difference", "difference", "document_difference"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field that differs; `change` is changed, added (only on the right) or removed (only on the left)."""

    path: str
    change: str
    left: Any = None
    right: Any = None


def difference(store: Store, left: str, right: str) -> list[Difference]:
    """Every field in which two JSON artifacts differ, in the order of their fields."""
    return document_difference(store.document(left), store.document(right))


def document_difference(left: Any, right: Any) -> list[Difference]:
    """Every field in which two JSON documents differ; an item of a list is named by its position."""
    return list(_compare("", left, right))


def _compare(path: str, left: Any, right: Any) -> Iterator[Difference]:
    if isinstance(left, dict) and isinstance(right, dict):
        yield from _compare_fields(path, left, right)
    elif isinstance(left, list) and isinstance(right, list):
        yield from _compare_fields(path, dict(enumerate(left)), dict(enumerate(right)))
    elif type(left) is not type(right) or left != right:
        yield Difference(path=path, change="changed", left=left, right=right)


def _compare_fields(path: str, left: dict[Any, Any], right: dict[Any, Any]) -> Iterator[Difference]:
    for key in [*left, *(key for key in right if key not in left)]:
        here = f"{path}.{key}" if path else str(key)
        if key not in right:
            yield Difference(path=here, change="removed", left=left[key])
        elif key not in left:
            yield Difference(path=here, change="added", right=right[key])
        else:
            yield from _compare(here, left[key], right[key])
