"""What takes longest on a page is made once the rest is sent; in a notebook, at once."""

from __future__ import annotations

import ipywidgets as widgets
import pytest

from aurelius_kernel.views.pages import live


@pytest.fixture
def sent_first(monkeypatch):
    """A page that is sent before its charts are made."""
    monkeypatch.setenv(live.LATER, "yes")
    yield
    live.draw_waiting()


def test_a_notebook_draws_its_charts_at_once():
    shown = live.live_parts(lambda: [widgets.HTML("a chart")])
    assert [part.value for part in shown.children] == ["a chart"]


def test_a_page_that_is_sent_first_shows_a_skeleton_until_then(sent_first):
    asked = []
    parts = [live.live_parts(lambda name=name: asked.append(name) or [widgets.HTML(name)]) for name in ("one", "two")]
    assert asked == []
    assert all("skeleton" in part.children[0].value for part in parts)
    assert all("skeleton" in part._repr_mimebundle_()["text/html"] for part in parts)
    live.draw_waiting()
    assert all("text/html" not in part._repr_mimebundle_() for part in parts)
    assert asked == ["one", "two"]
    assert [part.children[0].value for part in parts] == ["one", "two"]


def test_once_a_page_is_sent_nothing_waits(sent_first):
    live.draw_waiting()
    shown = live.live_parts(lambda: [widgets.HTML("a chart")])
    assert shown.children[0].value == "a chart"


def test_a_chart_that_fails_says_so_and_the_others_are_drawn(sent_first, capfd):
    def broken():
        raise ZeroDivisionError("of the chart's own")

    parts = [live.live_parts(draw) for draw in (broken, lambda: [widgets.HTML("a chart")])]
    live.draw_waiting()
    assert "could not be drawn" in parts[0].children[0].value
    assert "of the chart's own" not in parts[0].children[0].value
    assert "of the chart's own" in capfd.readouterr().err
    assert parts[1].children[0].value == "a chart"
