"""`python -m aurelius_kernel.research.sweep`: what a sweep would take, asked and answered in JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from aurelius_kernel.errors import AureliusError
from aurelius_kernel.research.sweep import plan_sweep


def main() -> int:
    """Read the arguments of a sweep from standard input, write its plan or what is wrong with them to standard output."""
    asked = json.load(sys.stdin)
    try:
        plan = plan_sweep(asked.pop("strategy"), **asked)
    except AureliusError as error:
        sys.stdout.write(json.dumps({"error": {"code": error.code, "message": error.message, "fields": error.fields}}))
        return 1
    sys.stdout.write(json.dumps({"plan": asdict(plan), "facts": plan.facts()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
