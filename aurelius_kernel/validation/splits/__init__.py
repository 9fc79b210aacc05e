"""Splits of bars into what is learnt from and what is judged, such that nothing of the second leaks into the first.

Bars are numbered from 0; `split(n)` gives pairs of positions, train and test, both rising. What is learnt at a bar often reaches
some bars ahead (a trade still open, a label made of later prices): `purge` bars before a test are therefore left out of training,
and so are `purge` + `embargo` bars after it, whose features still look back into the test.
"""

from aurelius_kernel.validation.splits.combinatorial_purged import CombinatorialPurged
from aurelius_kernel.validation.splits.purged_k_fold import PurgedKFold
from aurelius_kernel.validation.splits.split import Split
from aurelius_kernel.validation.splits.walk_forward import WalkForward

__all__ = ["CombinatorialPurged", "PurgedKFold", "Split", "WalkForward"]
