"""Artifacts: everything that is found is stored once, under the hash of its bytes, with what it was made from."""

from aurelius_kernel.artifacts.difference import Difference, difference, document_difference
from aurelius_kernel.artifacts.environment import environment, source_hash
from aurelius_kernel.artifacts.garbage import Garbage, clean, find_garbage
from aurelius_kernel.artifacts.holdout import HoldoutLooks, Look
from aurelius_kernel.artifacts.lineage import Ancestor, lineage
from aurelius_kernel.artifacts.pins import Pins
from aurelius_kernel.artifacts.record import ArtifactRecord, Parent
from aurelius_kernel.artifacts.results import find_result, keep_result, load_result
from aurelius_kernel.artifacts.runs import Run, Runs
from aurelius_kernel.artifacts.store import Parents, Store
from aurelius_kernel.artifacts.trials import (
    Clusters,
    EffectiveCount,
    Trial,
    TrialLedger,
    fingerprints,
    fingerprints_of_each,
    smallest_of_each,
)
from aurelius_kernel.artifacts.verification import Fault, verify

__all__ = [
    "Ancestor",
    "ArtifactRecord",
    "Clusters",
    "Difference",
    "EffectiveCount",
    "Fault",
    "Garbage",
    "HoldoutLooks",
    "Look",
    "Parent",
    "Parents",
    "Pins",
    "Run",
    "Runs",
    "Store",
    "Trial",
    "TrialLedger",
    "clean",
    "difference",
    "document_difference",
    "environment",
    "find_garbage",
    "find_result",
    "fingerprints",
    "fingerprints_of_each",
    "keep_result",
    "lineage",
    "load_result",
    "smallest_of_each",
    "source_hash",
    "verify",
]
