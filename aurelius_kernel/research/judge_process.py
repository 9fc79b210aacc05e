"""`python -m aurelius_kernel.research.judge_process`: a judgement in a process of its own, asked and answered in JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import AureliusError, UnknownName
from aurelius_kernel.gates import Policy, Scorecard, Verdict, VerificationReport, Waiver, stale_reasons
from aurelius_kernel.research import judge
from aurelius_kernel.research.readiness import readiness
from aurelius_kernel.research.verify import verify

__all__ = ["JUDGEMENTS", "main"]

Judged = VerificationReport | Verdict | Scorecard | Waiver
JUDGEMENTS: dict[str, Callable[..., Judged]] = {
    "verify": verify,
    "dev": judge.dev,
    "crv": judge.crv,
    "product": judge.product,
    "readiness": readiness,
    "waive": judge.waive,
}
READ: dict[str, Callable[[Any], Any]] = {
    "policy": Policy.of,
    "waivers": lambda told: [Waiver.of(one) for one in told],
    "expires_at": datetime.fromisoformat,
}
"""Arguments that are no plain JSON, and how each is read."""


def main() -> int:
    """Read what is asked from standard input, and write the record with its hash and its text, or what is wrong."""
    asked = json.load(sys.stdin)
    try:
        told = _answered(**asked)
    except AureliusError as error:
        sys.stdout.write(json.dumps({"error": {"code": error.code, "message": error.message, "fields": error.fields}}))
        return 1
    sys.stdout.write(json.dumps(told))
    return 0


def _answered(what: str, result: str, *, scored: bool = False, **options: Any) -> dict[str, Any]:
    """A judgement, with what makes it stale by now; and the readiness after it, where that is asked too."""
    if what not in JUDGEMENTS:
        raise UnknownName("judgement", what, JUDGEMENTS, field="what")
    read = {name: READ.get(name, _plain)(value) for name, value in options.items() if value is not None}
    record = JUDGEMENTS[what](result, **read)
    told = _told(record)
    if isinstance(record, Verdict | Scorecard):
        store = Store()
        told["stale"] = list(stale_reasons(record.subject, judge.present(record.subject, store)))
    if scored:
        told["readiness"] = _told(readiness(result, policy=read.get("policy")))
    return told


def _told(record: Judged) -> dict[str, Any]:
    text = "" if isinstance(record, Waiver) else str(record)
    return {"hash": record.hash, "record": record.document(), "text": text}


def _plain(value: Any) -> Any:
    return value


if __name__ == "__main__":
    sys.exit(main())
