"""`python -m aurelius_kernel.research.generate`: a generation in a process of its own, asked and answered in JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from aurelius_kernel.errors import AureliusError
from aurelius_kernel.research.generate import Generation, generate

__all__: list[str] = []


def told(found: Generation) -> dict[str, Any]:
    """A generation with its hash, without the rows of what was tried and not taken."""
    kept = {name: value for name, value in found.document().items() if name != "tried"}
    return {**kept, "hash": found.hash, "trials_ever": found.trials_ever}


def main() -> int:
    """Read the arguments of `generate` from standard input, and write what was found, or what is wrong."""
    asked = json.load(sys.stdin)
    try:
        answer = told(generate(**asked))
    except AureliusError as error:
        sys.stdout.write(json.dumps({"error": {"code": error.code, "message": error.message, "fields": error.fields}}))
        return 1
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
