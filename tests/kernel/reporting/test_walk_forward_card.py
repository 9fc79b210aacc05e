"""A validation as a notebook shows it: verdict first, and the number of trials beside the Sharpe ratio."""

from __future__ import annotations

import csv
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import aurelius_kernel as ak
from aurelius_kernel.model.presentation import presenter


@pytest.fixture(scope="module")
def validated(tmp_path_factory):
    close = 60.0 * np.exp(np.cumsum(0.004 * np.sin(np.arange(300) / 14.0)))
    index = pd.bdate_range("2015-01-01", periods=300, tz="UTC", unit="ns", name="time")
    bars = pd.DataFrame({"open": close, "high": close, "low": close, "close": close, "volume": 1e6}, index=index)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(tmp_path_factory.mktemp("home")))
        yield ak.walk_forward(
            "trend_following",
            grid={"fast": [3, 5], "slow": [15, 20, 30]},
            bars={"<b>A</b>": bars},
            train_days=100,
            test_days=50,
            embargo=5,
            keep=False,
        )


def test_the_card_says_the_verdict_and_what_was_tried_beside_the_sharpe_ratio(validated):
    lines = presenter("walk_forward_result").mimebundle(validated)["text/plain"].splitlines()
    assert lines[1].split(":")[0].strip() == ("Passed" if validated.passed else "Not passed")
    sharpe = next(line for line in lines if line.strip().startswith("Sharpe ratio  "))
    assert sharpe.endswith("6 parameter sets tried")


def test_text_of_strangers_is_never_markup(validated):
    html = presenter("walk_forward_result").mimebundle(validated)["text/html"]
    tags = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _: tags.append(tag)
    parser.feed(html)
    assert set(tags) <= {"div", "table", "tbody", "tr", "td"}
    assert "&lt;b&gt;A&lt;/b&gt;" in html


def test_the_windows_are_written_as_csv(validated, tmp_path):
    target = presenter("walk_forward_result").report(validated, tmp_path / "windows.csv")
    rows = list(csv.DictReader(target.open()))
    assert [float(row["train_sharpe"]) for row in rows] == pytest.approx(validated.windows["train_sharpe"].tolist())
