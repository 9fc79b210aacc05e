"""An orchestration that is killed in the middle of any stage goes on there, and ends with the hashes of one that was not."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store
from aurelius_kernel.research.orchestrate import STAGES, journals

ASKED = {"instruments": ["TREND"], "tries": 8, "train_days": 120, "test_days": 31, "risk": "aggressive", "seed": 3}
# One process imports everything and starts no thread; each stage is then killed in a child of its own.
KILLED_AT_EACH_STAGE = """
import json, os, signal, sys
import aurelius_kernel as ak
from aurelius_kernel import engine
from aurelius_kernel.research.orchestrate import STAGES

engine.simulate, ak.orchestrate
for stage in STAGES:
    def kill(at, told, stage=stage):
        if told.startswith(f"{stage}:"):
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        ak.orchestrate("breakout", **json.loads(sys.argv[1]), progress=kill)
        os._exit(0)
    print(stage, os.waitpid(child, 0)[1] & 0x7F, flush=True)
"""


@pytest.fixture
def killed(home) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_EACH_STAGE, json.dumps(ASKED)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env=os.environ,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def test_killed_at_every_stage_it_is_taken_up_and_ends_with_the_same_hashes(killed, whole):
    uninterrupted = whole[0]
    reached = [str(record.stage) for record in uninterrupted.stages]
    assert reached == list(STAGES)
    assert killed == [f"{stage} 9" for stage in reached]
    (name,) = journals(Store())
    found = ak.resume_orchestration(name)
    assert (found.hash, found.run) == (uninterrupted.hash, uninterrupted.run)
    attempts = {stage: timed["attempts"] for stage, timed in ak.Orchestration.load(name).timed.items()}
    assert attempts == dict.fromkeys(reached, 2)
