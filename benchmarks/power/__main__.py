"""Take markets to the product gate and write down what came of each, a line a market; what is written down is not run again.

`python -m benchmarks.power 0 200 benchmarks/power/recorded.jsonl` takes seeds 0 to 199, without and with the planted edge.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.power.trial import tried


def main(first: str, last: str, path: str) -> None:
    """Seeds from `first` up to `last`, without and with the planted edge."""
    target = Path(path)
    lines = target.read_text(encoding="utf-8").splitlines() if target.exists() else []
    done = {(told["seed"], told["edge"]) for told in map(json.loads, lines)}
    for seed in range(int(first), int(last)):
        for edge in (False, True):
            if (seed, edge) not in done:
                found = json.dumps(tried(seed, edge=edge).document())
                with target.open("a", encoding="utf-8") as file:
                    file.write(f"{found}\n")
                print(found, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
