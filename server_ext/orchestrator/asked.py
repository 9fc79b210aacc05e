"""What a run is asked, checked before it is queued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aurelius_kernel import data
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.generation import read_goal
from aurelius_kernel.strategies import Strategy as Family
from server_ext.access.actor import Actor
from server_ext.jobs.intake import job_of
from server_ext.jobs.notebooks import find_notebook
from server_ext.jobs.parameters import NotebookParameter, checked_parameters, declared_parameters
from server_ext.jobs.queue import NewJob
from server_ext.orchestrator.schemas import NewRun
from server_ext.platform import Platform
from server_ext.research.question import window, wire_names, with_options
from server_ext.strategies.schemas import Strategy

__all__ = ["asked_run"]

NOTEBOOK = "orchestrate.ipynb"
OURS = ("policy", "alias")
"""Parameters of the notebook that the platform sets: nobody brings limits of one's own."""


def asked_run(platform: Platform, actor: Actor, strategy: Strategy | None, policy: Mapping[str, Any], body: NewRun) -> NewJob:
    """The job of a run that makes sense, under these limits; raises InvalidInput, naming the field."""
    notebook = find_notebook(actor, NOTEBOOK, platform.folder)
    for name in OURS:
        if name in body.options:
            raise InvalidField.of(f"options.{name}", "is set by the platform")
    parameters = _parameters(strategy, body)
    with wire_names():
        _check(declared_parameters(notebook.path), parameters)
    under = parameters | {"policy": dict(policy)}
    return job_of(platform.settings, actor, notebook, "orchestration", under, timeout=body.timeout, priority=body.priority)


def _parameters(strategy: Strategy | None, body: NewRun) -> dict[str, Any]:
    """What is asked, by the names of the notebook's parameters."""
    if strategy is None:
        about: dict[str, Any] = {"goal": body.goal, "instruments": body.instruments or []}
    else:
        named = {"strategy": strategy.strategy_type, "parameters": strategy.parameters}
        about = {**named, "instruments": body.instruments or ["GOOG"]}
    own = {
        **window(body),
        **about,
        "risk": body.risk_preference,
        "train_days": body.train_size_days,
        "test_days": body.window_size_days,
    }
    return with_options(own, body.options)


def _check(declared: Mapping[str, NotebookParameter], parameters: Mapping[str, Any]) -> None:
    """Refuse what the run would refuse, as far as that can be told without running it."""
    asked = {name: one.default for name, one in declared.items()} | checked_parameters(declared, parameters)
    if asked["goal"] is not None:
        read_goal(asked["goal"], set(data.instruments()["instrument"]))
    else:
        Family.create(asked["strategy"], **asked["parameters"]).check_instruments(asked["instruments"])
    if asked["instruments"]:
        data.load(asked["instruments"], asked["frequency"], asked["source"], asked["start"], asked["end"])
