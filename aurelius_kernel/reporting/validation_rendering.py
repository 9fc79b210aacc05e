"""`python -m aurelius_kernel.reporting.validation_rendering`: the report of a validation, asked for as in `rendering`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aurelius_kernel.artifacts import Store
from aurelius_kernel.gates.keeping import latest_scorecard, load_verdict
from aurelius_kernel.reporting.rendering import answer
from aurelius_kernel.research.walk_forward import WalkForwardResult

__all__ = ["validation"]


def validation(store: Store, path: Path, asked: Mapping[str, Any]) -> None:
    """The validation with those verdicts of gates, and the readiness of what the last of them judged."""
    verdicts = [load_verdict(store, address) for address in asked["verdicts"]]
    card = latest_scorecard(store, verdicts[-1].subject.result) if verdicts else None
    WalkForwardResult.load(asked["result"], store=store).report(path, verdicts=verdicts, scorecard=card)


if __name__ == "__main__":
    sys.exit(answer({"validation": validation}))
