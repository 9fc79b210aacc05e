"""What a validation is asked, checked before it is queued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aurelius_kernel import data
from aurelius_kernel.errors import ImpossibleRequest, UnknownName
from aurelius_kernel.strategies import Strategy as Family
from server_ext.access.actor import Actor
from server_ext.evidence.schemas import NewValidation
from server_ext.jobs.intake import job_of
from server_ext.jobs.notebooks import find_notebook
from server_ext.jobs.parameters import NotebookParameter, checked_parameters, declared_parameters
from server_ext.jobs.queue import NewJob
from server_ext.platform import Platform
from server_ext.research.question import window, wire_names, with_options
from server_ext.strategies.schemas import Strategy

__all__ = ["asked_validation"]

NOTEBOOK = "walk_forward.ipynb"


def asked_validation(platform: Platform, actor: Actor, strategy: Strategy, body: NewValidation) -> NewJob:
    """The job of a validation that makes sense; raises InvalidInput, naming the field."""
    notebook = find_notebook(actor, NOTEBOOK, platform.folder)
    parameters = _parameters(strategy, body)
    with wire_names():
        _check(declared_parameters(notebook.path), parameters)
    return job_of(platform.settings, actor, notebook, "validation", parameters, timeout=body.timeout, priority=body.priority)


def _parameters(strategy: Strategy, body: NewValidation) -> dict[str, Any]:
    """What is asked, by the names of the notebook's parameters; what the windows do not choose keeps the strategy's own value."""
    grid = body.grid or {}
    own = {
        "strategy": strategy.strategy_type,
        "grid": grid,
        "fixed": {name: value for name, value in strategy.parameters.items() if name not in grid} if grid else {},
        "train_days": body.train_size_days,
        "test_days": body.window_size_days,
        **window(body),
    }
    return with_options(own, body.options)


def _check(declared: Mapping[str, NotebookParameter], parameters: Mapping[str, Any]) -> None:
    """Refuse what the validation would refuse, as far as that can be told without running it."""
    asked = {name: one.default for name, one in declared.items()} | checked_parameters(declared, parameters)
    family = Family.families[asked["strategy"]]
    for name in asked["grid"]:
        if name not in family.model_fields:
            raise UnknownName(f"parameter of {asked['strategy']}", name, family.model_fields, field=f"grid.{name}")
    bars, _ = data.load(asked["instruments"], asked["frequency"], asked["source"], asked["start"], asked["end"])
    days = min(pd.DatetimeIndex(frame.index).normalize().nunique() for frame in bars.values())
    needed = asked["train_days"] + asked["test_days"]
    if days < needed:
        missing = f"one window needs {needed} days with bars, and there are {days}: {needed - days} are missing"
        raise ImpossibleRequest.of("window_size_days", missing)
