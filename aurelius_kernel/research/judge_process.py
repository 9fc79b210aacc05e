"""`python -m aurelius_kernel.research.judge_process`: a judgement in a process of its own, asked and answered in JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from aurelius_kernel.errors import AureliusError, UnknownName
from aurelius_kernel.gates import Policy, Scorecard, Verdict, VerificationReport, Waiver
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


def main() -> int:
    """Read what is asked from standard input, and write the record with its hash and its text, or what is wrong."""
    asked = json.load(sys.stdin)
    try:
        told = _told(_judged(**asked))
    except AureliusError as error:
        sys.stdout.write(json.dumps({"error": {"code": error.code, "message": error.message, "fields": error.fields}}))
        return 1
    sys.stdout.write(json.dumps(told))
    return 0


def _judged(what: str, result: str, policy: dict[str, Any] | None = None, **options: Any) -> Judged:
    if what not in JUDGEMENTS:
        raise UnknownName("judgement", what, JUDGEMENTS, field="what")
    if policy is not None:
        options["policy"] = Policy.of(policy)
    return JUDGEMENTS[what](result, **options)


def _told(record: Judged) -> dict[str, Any]:
    text = "" if isinstance(record, Waiver) else str(record)
    return {"hash": record.hash, "record": record.document(), "text": text}


if __name__ == "__main__":
    sys.exit(main())
