"""A validation as a notebook shows it: verdict first, and the number of trials beside the Sharpe ratio."""

from __future__ import annotations

import csv
from html.parser import HTMLParser

import pytest

from aurelius_kernel.model.presentation import presenter


def test_the_card_says_the_verdict_and_what_was_tried_beside_the_sharpe_ratio(walked):
    lines = presenter("walk_forward_result").mimebundle(walked)["text/plain"].splitlines()
    assert lines[1].split(":")[0].strip() == ("Passed" if walked.passed else "Not passed")
    sharpe = next(line for line in lines if line.strip().startswith("Sharpe ratio  "))
    assert sharpe.endswith("6 parameter sets tried")


def test_text_of_strangers_is_never_markup(walked):
    html = presenter("walk_forward_result").mimebundle(walked)["text/html"]
    tags = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _: tags.append(tag)
    parser.feed(html)
    assert set(tags) <= {*["details", "div", "polyline", "summary", "svg", "table", "tbody", "td", "th", "thead", "tr"]}
    assert "&lt;b&gt;A&lt;/b&gt;" in html


def test_the_windows_are_written_as_csv(walked, tmp_path):
    target = presenter("walk_forward_result").report(walked, tmp_path / "windows.csv")
    rows = list(csv.DictReader(target.open()))
    assert [float(row["train_sharpe"]) for row in rows] == pytest.approx(walked.windows["train_sharpe"].tolist())
