"""A classifier that is fitted again and again on all that was known, and on nothing that was not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["Model", "probabilities"]

Model: TypeAlias = Literal["logistic", "boosting"]


def probabilities(
    features: FloatArray, rose: BoolArray, *, model: Model, first: int, every: int, reach: int, seed: int
) -> FloatArray:
    """The probability of `rose` on each bar, of shape (bars,), by a model fitted on earlier bars only.

    The model is fitted at the close of bar `first` and every `every` bars after it, and serves until the next fit. A fit at bar k
    uses the bars up to k − `reach` whose features, of shape (bars, features), are all known: `reach` is how far a label looks
    ahead, and the embargo beyond that. NaN before `first`, and while the past holds only one class. One thread and a fixed seed:
    the same bits every time. Source: López de Prado, Advances in Financial Machine Learning (2018), section 7.4, for purging and
    embargo.
    """
    out = np.full(len(rose), np.nan)
    known = ~np.isnan(features.sum(axis=1))
    with threadpool_limits(limits=1):
        for fit, end in _periods(first, every, len(rose)):
            past = np.flatnonzero(known[: max(fit - reach + 1, 0)])
            now = fit + np.flatnonzero(known[fit:end])
            if len(now) and 0 < np.count_nonzero(rose[past]) < len(past):
                out[now] = _fitted(model, features[past], rose[past], seed).predict_proba(features[now])[:, 1]
    return out


def _periods(first: int, every: int, bars: int) -> Iterator[tuple[int, int]]:
    for fit in range(first, bars, every):
        yield fit, min(fit + every, bars)


def _fitted(model: Model, features: FloatArray, rose: BoolArray, seed: int) -> Any:
    classifier = {
        "logistic": LogisticRegression(C=0.1, max_iter=500),
        "boosting": GradientBoostingClassifier(n_estimators=30, max_depth=2, subsample=0.5, random_state=seed),
    }[model]
    return make_pipeline(StandardScaler(), classifier).fit(features, rose)
