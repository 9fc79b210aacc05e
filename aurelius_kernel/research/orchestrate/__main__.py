"""`python -m aurelius_kernel.research.orchestrate`: runs listed, shown and taken up again, asked and answered in JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import AureliusError
from aurelius_kernel.hashing import plain
from aurelius_kernel.research.orchestrate import Orchestration, journals, resume_orchestration

__all__: list[str] = []


def told(found: Orchestration) -> dict[str, Any]:
    """A run as JSON has it, with its name, its hash and a row a stage."""
    rows = [{"stage": stage, **row} for stage, row in found.table.astype(object).where(found.table.notna(), None).iterrows()]
    return {"run": found.run, "hash": found.hash, "stages": rows, "finished": found.finished, **_said(found)}


def _said(found: Orchestration) -> dict[str, Any]:
    base = found.spec.base
    asked = {"goal": found.spec.goal, "strategy": base.strategy.type, "instruments": list(base.instruments)}
    return {"status": found.status, "passed": found.passed, **asked, "spec": found.spec.document()}


def _list(_asked: Mapping[str, Any]) -> dict[str, Any]:
    store = Store()
    return {"runs": [_one_of_many(name, store) for name in journals(store)]}


def _one_of_many(name: str, store: Store) -> dict[str, Any]:
    """A run in the list; one that cannot be read says so and hides no other."""
    try:
        return told(Orchestration.load(name, store))
    except AureliusError as error:
        return {"run": name, "status": error.message, "goal": None, "strategy": "", "instruments": []}


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "list": _list,
    "show": lambda asked: told(Orchestration.load(asked["run"])),
    "resume": lambda asked: told(resume_orchestration(asked["run"])),
}


def main() -> int:
    """Read what is asked from standard input, write the answer or what is wrong to standard output."""
    asked = json.load(sys.stdin)
    try:
        answer = ANSWERS[asked["question"]](asked)
    except AureliusError as error:
        sys.stdout.write(json.dumps({"error": {"code": error.code, "message": error.message, "fields": error.fields}}))
        return 1
    sys.stdout.write(json.dumps(plain(answer)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
