"""The reference pages, each one function from a table of the code to Markdown."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping
from typing import Any

import aurelius_kernel as ak
from aurelius_kernel import errors as error_tree
from aurelius_kernel.gates import RULES, Policy
from aurelius_kernel.lab.magics import PARSERS
from aurelius_kernel.metrics import Metric
from aurelius_kernel.strategies import Strategy, describe
from docs import strategy_charts
from docs.markdown import first_sentence, members, prose, signature, table

__all__ = ["errors", "index", "indicators", "magics", "metrics", "overfitting", "python", "rules", "splits", "strategies"]


def index(reference: Mapping[str, str]) -> str:
    """The list of reference pages, each by its title."""
    titles = {path.rpartition("/")[2]: text.partition("\n")[0].removeprefix("# ") for path, text in reference.items()}
    lines = [f"- [{title}]({name})" for name, title in sorted(titles.items())]
    return _page("Reference", "Made from the code by `make docs`; a test holds every page to it.", "\n".join(lines) + "\n")


def python() -> str:
    """Every door of `aurelius_kernel`."""
    doors = {name: getattr(ak, name) for name in sorted(ak.__all__, key=str.casefold)}
    return _page("Python", "What `import aurelius_kernel as ak` offers.", *(_entry(name, door) for name, door in doors.items()))


def indicators() -> str:
    """Every indicator with its parameters."""
    return _module_page("Indicators", ak.indicators)


def metrics() -> str:
    """The metrics of a result, and the functions behind them."""
    rows = [(f"`{metric.value}`", metric.label, metric.unit, f"`{metric.formula}`", metric.source) for metric in Metric]
    definitions = f"{prose(Metric)}\n\n{table(('metric', 'label', 'unit', 'formula', 'source'), rows)}"
    return _module_page("Metrics", ak.metrics, definitions)


def overfitting() -> str:
    """The statistics of overfitting, and what they give."""
    return _page("Overfitting", prose(ak.overfitting), *_entries(ak.overfitting))


def splits() -> str:
    """Every way to cut bars into training and test."""
    return _page("Splits", prose(ak.splits), *_entries(ak.splits))


def magics() -> str:
    """Every magic, as its own help has it."""
    opening = "What a notebook on the Aurelius kernel takes, and any other one after `%load_ext aurelius_kernel.lab`."
    entries = (f"## {parser.prog}\n\n```text\n{parser.format_help()}```\n" for parser in PARSERS.values())
    return _page("Magics", opening, *entries)


def rules() -> str:
    """Every rule of verification, and the limits of a policy."""
    opening = (
        "What `ak.verify` holds a result to. A critical or a high violation fails the report; a rule that could not look says so."
    )
    rows = [(f"`{name}`", rule.fails_when, rule.weighs) for name, rule in RULES.items()]
    sections = [f"## {name}\n\n{prose(rule.check)}\n" for name, rule in RULES.items()]
    limits = [
        (f"`{name}`", f"`{field.default!r}`", field.description)
        for name, field in Policy.model_fields.items()
        if name in Policy().limits()
    ]
    policy = f"## The policy\n\n{prose(Policy)}\n\n{table(('limit', 'default', 'what it is'), limits)}"
    return _page("Rules", opening, table(("rule", "fails when", "weighs"), rows), *sections, policy)


def strategies() -> str:
    """Every built-in family with its parameters."""
    families = {
        name: family for name, family in sorted(Strategy.families.items()) if family.__module__.startswith("aurelius_kernel.")
    }
    opening = 'Made by `ak.Strategy.create("trend_following", fast=10, slow=20)`, and shown by `ak.strategy_types()`.'
    return _page("Strategies", opening, *(_family(name, family) for name, family in families.items()))


def errors() -> str:
    """The tree of errors with their codes."""
    tree = (inspect.getdoc(error_tree) or "").partition("\n\n")[2]
    kinds = [getattr(error_tree, name) for name in error_tree.__all__]
    rows = [(f"`{kind.code}`", f"`{kind.__name__}`", first_sentence(kind)) for kind in kinds]
    opening = "Every error raised on purpose carries a stable `code`, one sentence as `message`, and the faulty fields as `fields`."
    return _page("Errors", opening, f"```\n{tree}\n```\n", table(("code", "class", "what it means"), rows))


def _module_page(title: str, module: types.ModuleType, *more: str) -> str:
    functions = {name: getattr(module, name) for name in module.__all__}
    entries = [_entry(name, thing) for name, thing in functions.items() if not isinstance(thing, type)]
    return _page(title, prose(module), *more, *entries)


def _entries(module: types.ModuleType) -> list[str]:
    return [_entry(name, getattr(module, name)) for name in sorted(module.__all__, key=str.casefold)]


def _family(name: str, family: type[Strategy]) -> str:
    head = ("parameter", "type", "default", "range", "what it is")
    rows = [
        (f"`{row['parameter']}`", row["type"], f"`{row['default']!r}`", _range(row), row["description"]) for row in describe(family)
    ]
    parts = (f"## {name}", family.summary, strategy_charts.link(name), prose(family), _facts(family), table(head, rows))
    return "\n\n".join(parts)


def _facts(family: type[Strategy]) -> str:
    low, high = family.min_instruments, family.max_instruments
    count = (
        f"exactly {low} instruments" if low == high else f"at least {low} instruments" if low > 1 else "any number of instruments"
    )
    sides = "long and short at once" if family.two_sided else "one side at a time"
    memory = "all the history there is" if family.expanding else "its own bar and as many before it, wherever the data begins"
    return f"Takes {count}, {sides}. The defaults need {family.of().warm_up} bars first; a decision is made of {memory}."


def _range(row: Mapping[str, Any]) -> str:
    if row["choices"]:
        return ", ".join(f"`{choice}`" for choice in row["choices"])
    low, high = row["low"], row["high"]
    return "" if low is None and high is None else f"{'' if low is None else low} … {'' if high is None else high}"


def _entry(name: str, thing: Any) -> str:
    if isinstance(thing, types.ModuleType):
        return f"## {name}\n\n{first_sentence(thing)}\n\n{_listing(thing)}"
    if not callable(thing):
        return f"## {name}\n\n{prose(thing)}\n"
    if not thing.__module__.startswith("aurelius_kernel."):
        library = thing.__module__.partition(".")[0]
        return f"## {name}\n\nThat is `{library}.{thing.__name__}`, as its own documentation describes it.\n"
    call = f"## {name}\n\n```python\n{signature(name, thing)}\n```\n\n{prose(thing)}\n"
    return f"{call}\n{_methods(thing)}" if isinstance(thing, type) and members(thing) else call


def _listing(module: types.ModuleType) -> str:
    doors = {name: getattr(module, name) for name in module.__all__}
    rows = [(f"`{name}`", first_sentence(door)) for name, door in doors.items() if callable(door) or inspect.ismodule(door)]
    return table(("name", "what it gives"), rows)


def _methods(kind: type) -> str:
    return table(("member", "what it gives"), [(f"`{name}`", first_sentence(member)) for name, member in members(kind)])


def _page(title: str, opening: str, *parts: str) -> str:
    return "\n".join([f"# {title}\n", f"{opening}\n", *parts])
