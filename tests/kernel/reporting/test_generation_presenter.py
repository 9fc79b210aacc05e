"""A generation, an orchestration and a reflexion as people see them: figures that are drawn, text that is escaped."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.reporting.generation_presenter import GenerationPresenter, OrchestrationPresenter, ReflexionPresenter
from aurelius_kernel.views.generation_charts import stages_reached


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    draw = np.random.default_rng(1)
    index = pd.bdate_range("2015-01-01", periods=300, tz="UTC", unit="ns", name="time")
    close = 50.0 * np.exp(np.cumsum(draw.normal(0.0003, 0.012, 300)))
    bars = {"A": pd.DataFrame({"open": close, "high": close, "low": close, "close": close, "volume": 1e6}, index=index)}

    class Scribbler:
        name = "someone"

        def propose(self, _brief):
            return [{"family": "breakout", "parameters": {}, "why": "<script>alert(1)</script>"}]

    return ak.generate("breakout, drawdown < 1%", bars=bars, tries=6, count=20, proposer=Scribbler(), keep=False)


def test_a_generation_draws_every_candidate_and_numbers_the_ranked_ones(generation):
    svg = generation.plot().svg()
    assert svg == generation.plot().svg()
    axes = generation.plot().axes[0]
    assert [text.get_text() for text in axes.texts if text.get_text().isdigit()] == [str(n + 1) for n in range(len(generation))]


def test_what_a_proposer_wrote_is_shown_as_text(generation):
    html = generation._repr_mimebundle_()["text/html"]
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_candidate_that_breaks_a_limit_has_its_mark_and_the_reason(generation):
    text = generation._repr_mimebundle_()["text/plain"]
    assert "! 1 Breakout" in text
    assert "wanted is maximum drawdown at most 1%" in text
    assert "stay unseen for validation" in text


def test_a_generation_is_written_as_json_and_as_nothing_else(generation, tmp_path):
    assert GenerationPresenter().report(generation, tmp_path / "g.json").read_bytes().startswith(b"{")
    with pytest.raises(InvalidField, match=r"must end in \.json"):
        GenerationPresenter().report(generation, tmp_path / "g.pdf")


@pytest.fixture
def orchestration():
    record = SimpleNamespace(outcome="failed", message="It failed: <b>sharpe_ratio</b>. " * 9, evidence={"verdict": "a" * 64})
    stages = {"generate": SimpleNamespace(outcome="skipped", message="A strategy was given.", evidence={}), "dev": record}
    base = SimpleNamespace(strategy=SimpleNamespace(type="breakout"), instruments=("A",))
    return SimpleNamespace(
        spec=SimpleNamespace(goal="<i>momentum</i>" * 20, base=base),
        status="stopped at dev",
        finished=True,
        run="b" * 64,
        hash="c" * 64,
        stage=stages.get,
    )


def test_an_orchestration_shows_six_stages_with_their_outcomes(orchestration):
    texts = [text.get_text() for text in stages_reached(orchestration).axes[0].texts]
    assert [name for name in texts if name in {"generate", "backtest", "validate", "dev", "crv", "product"}] == [
        "generate",
        "backtest",
        "validate",
        "dev",
        "crv",
        "product",
    ]
    assert (texts.count("not reached"), texts.count("✗ failed"), texts.count("– skipped")) == (4, 1, 1)


def test_the_words_of_a_goal_are_escaped(orchestration):
    html = OrchestrationPresenter().mimebundle(orchestration)["text/html"]
    assert ("<i>" in html, "<b>" in html, "&lt;b&gt;" in html) == (False, False, True)


@pytest.mark.parametrize(
    ("gain", "told"), [(0.31, "+0.31 out of sample"), (-0.2, "−0.20 out of sample"), (None, "– out of sample")]
)
def test_a_reflexion_says_what_changed_and_what_it_is_worth(gain, told):
    change = SimpleNamespace(changed={"stop_loss": (None, 0.05)})
    found = SimpleNamespace(
        parent="a" * 64,
        child="b" * 64,
        reason="The reader asks.",
        change=change,
        improvement=gain,
        parent_sharpe=0.5,
        child_sharpe=0.81,
        validations={"child": "d" * 64},
    )
    text = ReflexionPresenter().mimebundle(found)["text/plain"]
    assert told in text
    assert "none to 0.05" in text
