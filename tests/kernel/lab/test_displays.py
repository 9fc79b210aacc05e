"""Everything that a public door gives shows itself twice: for eyes, and as text for a terminal."""

from __future__ import annotations

import inspect
import sys
import types
import typing
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import aurelius_kernel as ak
from aurelius_kernel.client import records
from aurelius_kernel.lab import load_ipython_extension
from aurelius_kernel.model import Record

ALLOWED = set("b br code details div p polyline span style summary svg table tbody td th thead tr".split())  # noqa: SIM905
SHOWN_BY_OTHERS = (pd.DataFrame, pd.Series, np.ndarray, types.ModuleType)
PLAIN = (str, bytes, int, float, bool, list, tuple, dict, frozenset, type(None), Path, type)
NO_RESULTS = {"EventStream", "Iterator", "ProgressBar"}
"""What is asked, not shown."""


@pytest.fixture(scope="module")
def shell():
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    load_ipython_extension(shell)
    yield shell
    InteractiveShell.clear_instance()
    sys.displayhook = sys.__displayhook__


@pytest.fixture
def shown(shell):
    """Both representations of a thing, as a notebook would send them."""

    def show(thing):
        data, _ = shell.display_formatter.format(thing)
        assert balanced(data["text/html"])
        return data["text/html"], data["text/plain"]

    return show


def balanced(html: str) -> bool:
    """Whether markup uses only what a card may use, and closes what it opens."""
    stack: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _: stack.append(tag) if tag not in {"br", "img"} else None
    parser.handle_endtag = lambda tag: stack.pop() if stack[-1] == tag else stack.append("!")
    tags: set[str] = set()
    start = parser.handle_starttag
    parser.handle_starttag = lambda tag, attributes: (tags.add(tag), start(tag, attributes))
    parser.feed(html)
    return (stack, tags - ALLOWED) == ([], set())


def random_walk(bars: int, seed: int = 3) -> pd.DataFrame:
    close = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(2e-4, 0.01, bars)))
    index = pd.bdate_range("2015-01-05", periods=bars, tz="UTC")
    return pd.DataFrame({"open": close, "high": close, "low": close, "close": close, "volume": 1e6}, index=index)


@pytest.fixture(scope="module")
def bars():
    return {"<b>A</b>": random_walk(900)}


@pytest.fixture(scope="module")
def backtest(bars):
    return ak.backtest("trend_following", bars=bars)


@pytest.fixture(scope="module")
def things(bars, backtest):
    """One of each that can be had in a moment, by its name."""
    strategy = ak.Strategy.create("trend_following", fast=5, slow=20)
    other = ak.backtest(strategy, bars=bars)
    grid = {"fast": [3, 5, 40], "slow": [20, 40]}
    losers = np.random.default_rng(1).normal(0, 0.01, (400, 6))
    return {
        "backtest": backtest,
        "bars": bars["<b>A</b>"],
        "combination": ak.combine({"one": backtest, "<i>two</i>": other}),
        "comparison": ak.compare({"one": backtest, "<i>two</i>": other}),
        "costs": ak.Costs(),
        "overfitting": ak.overfitting.probability_of_backtest_overfitting(losers, blocks=4),
        "plan": ak.plan_sweep("trend_following", grid=grid, bars=bars),
        "policy": ak.gates.policy_in_force(),
        "scorecard": ak.readiness(backtest, bars=bars),
        "spec": backtest.spec,
        "strategy": strategy,
        "sweep": ak.sweep("trend_following", grid=grid, bars=bars),
        "verdict": ak.gates.dev(backtest, bars=bars),
        "verification": ak.verify(backtest, bars=bars, probes=2),
        "walk_forward": ak.walk_forward("trend_following", grid=grid, bars=bars),
    }


NAMES = """backtest bars combination comparison costs overfitting plan policy scorecard spec strategy sweep verdict verification
    walk_forward"""


@pytest.mark.parametrize("name", NAMES.split())
def test_a_thing_shows_itself_for_eyes_and_as_text(things, shown, name):
    html, text = shown(things[name])
    assert text.strip()
    assert "<b>A</b>" not in html
    assert "<i>two</i>" not in html


@pytest.mark.parametrize("name", ["backtest", "bars", "combination", "comparison", "walk_forward"])
def test_what_has_an_account_or_prices_draws_them(things, shown, name):
    html, _ = shown(things[name])
    assert "<polyline" in html
    assert "currentColor" in html


@pytest.mark.parametrize("name", ["backtest", "combination", "comparison", "sweep", "walk_forward", "verdict"])
def test_details_are_behind_a_line(things, shown, name):
    assert "<details" in shown(things[name])[0]


def test_the_trades_of_a_backtest_are_behind_a_line(things, shown):
    html, _ = shown(things["backtest"])
    assert f"{len(things['backtest'].trades)} trades" in html
    assert f"{things['backtest'].trades['entry_time'].iloc[-1]:%Y-%m-%d}" in html


def test_a_frame_that_holds_no_bars_stays_as_pandas_shows_it(shell):
    frame = pd.DataFrame({"a": [1, 2]})
    assert shell.display_formatter.format(frame)[0] == {"text/plain": repr(frame), "text/html": frame._repr_html_()}


def example(annotation):
    """A value of a type, made up from nothing."""
    origin, of = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Union, types.UnionType}:
        return example(of[0])
    if origin is typing.Annotated:
        return example(of[0])
    if origin is typing.Literal:
        return of[0]
    if origin in {list, tuple, frozenset}:
        return [example(of[0]), example(of[0])]
    if origin is dict:
        return {"<u>name</u>": example(of[1])}
    if isinstance(annotation, type) and issubclass(annotation, records.Answer):
        return made(annotation)
    return {datetime: datetime(2026, 1, 2, tzinfo=UTC), float: 1.5, int: 3, bool: True}.get(annotation, "<u>text</u>")


def made(kind):
    hints = typing.get_type_hints(kind, include_extras=True)
    return kind.model_construct(**{name: example(hints[name]) for name in kind.model_fields})


ANSWERS = [kind for name in records.__all__ if isinstance(kind := getattr(records, name), type) and kind is not records.Answer]


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.__name__)
def test_every_answer_of_the_platform_shows_itself(shown, kind):
    html, text = shown(made(kind))
    assert "<u>" not in html
    assert text.splitlines()[0]


def results():
    """What the public functions and the calls of a client give: the name of the door, and the type."""
    doors = {f"ak.{name}": getattr(ak, name) for name in ak.__all__}
    for package in (ak.gates, ak.overfitting, ak.splits):
        doors |= {f"{package.__name__}.{name}": getattr(package, name) for name in package.__all__}
    doors |= {f"Client.{name}": call for name, call in inspect.getmembers(ak.Client, inspect.isfunction) if name[0] != "_"}
    for door, call in doors.items():
        if inspect.isfunction(call) and call.__module__.startswith("aurelius_kernel."):
            yield door, typing.get_type_hints(call).get("return", type(None))


@pytest.mark.parametrize(("door", "kind"), [pytest.param(door, kind, id=door) for door, kind in results()])
def test_every_door_gives_what_shows_itself(shell, door, kind):
    for one in typing.get_args(kind) if typing.get_origin(kind) in {typing.Union, types.UnionType} else [kind]:
        real = typing.get_origin(one) or one
        if (
            not isinstance(real, type)
            or issubclass(real, PLAIN)
            or issubclass(real, SHOWN_BY_OTHERS)
            or real.__name__ in NO_RESULTS
        ):
            continue
        formatter = shell.display_formatter.mimebundle_formatter
        is_known = any(base in formatter.type_printers or formatter._in_deferred_types(base) for base in real.__mro__)
        assert is_known or hasattr(real, "_repr_mimebundle_"), real


def test_a_record_is_no_more_than_its_words(shown):
    class Note(Record):
        """A note."""

        text: str
        numbers: dict[str, float]

    html, text = shown(Note(text="<script>", numbers={"a": 0.5}))
    assert "<script>" not in html
    assert text.splitlines() == ["Note", "  text     <script>", "  numbers  …"]
