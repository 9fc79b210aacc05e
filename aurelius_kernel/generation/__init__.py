"""From a goal in words to candidates that can be measured, and from a failed check to a change; nothing here runs anything."""

from aurelius_kernel.generation.constraints import Constraint, broken
from aurelius_kernel.generation.goal import Goal, Vote, read_goal
from aurelius_kernel.generation.language_model import LanguageModel, configured_proposer
from aurelius_kernel.generation.proposer import Brief, Proposal, Proposer, Taken, taken
from aurelius_kernel.generation.ranges import Range, fitted, longest_warm_up, neighbours, range_of
from aurelius_kernel.generation.ranking import MEASURED, Measured, confidences, ranked
from aurelius_kernel.generation.reflexion import CHECKS, Change, Complaint, changed
from aurelius_kernel.generation.risk import PRESETS, Preset, Risk, preset

__all__ = [
    "CHECKS",
    "MEASURED",
    "PRESETS",
    "Brief",
    "Change",
    "Complaint",
    "Constraint",
    "Goal",
    "LanguageModel",
    "Measured",
    "Preset",
    "Proposal",
    "Proposer",
    "Range",
    "Risk",
    "Taken",
    "Vote",
    "broken",
    "changed",
    "confidences",
    "configured_proposer",
    "fitted",
    "longest_warm_up",
    "neighbours",
    "preset",
    "range_of",
    "ranked",
    "read_goal",
    "taken",
]
