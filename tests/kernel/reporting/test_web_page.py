"""The tear sheet as HTML: one file that needs no other, shows the numbers of the JSON, and runs nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest

from aurelius_kernel import reporting
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import StrategySpec
from aurelius_kernel.views.metric_table import written

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"


@pytest.fixture(scope="module")
def page(goog):
    return reporting.html(goog, trials=1)


def words(page):
    """The text a reader sees."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_page_shows_every_metric_of_the_json(page, goog):
    shown = words(page.split("<h2>Metrics</h2>")[1].split("<h2>Trading</h2>")[0])
    numbers = reporting.summary(goog, trials=1)["metrics"]
    assert [metric for metric in Metric if written(metric, numbers.get(metric)) not in shown] == []


def test_the_page_asks_nothing_of_the_network_and_forbids_itself_scripts(page):
    assert set(re.findall(r"""(?:src|href)=["']([a-z]+:)""", page)) == {"data:"}
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_three_drawings_are_in_the_page(page):
    assert page.count('<img alt="') == page.count("data:image/svg+xml;base64,") == 3


def test_names_of_strangers_are_never_markup(run, closes):
    result = run(closes.rename(columns={"GOOG": HOSTILE}), StrategySpec(type=HOSTILE, parameters={HOSTILE: HOSTILE}))
    page = reporting.html(result)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "{{ 7 * 7 }}" in unescape(page)


def test_identity_stands_in_full(page, goog):
    assert goog.hash in page
    assert goog.identity.key in page


def test_the_same_result_gives_the_same_page(page, goog):
    assert reporting.html(goog, trials=1) == page


def test_a_result_writes_itself_as_a_page(goog, tmp_path):
    path = goog.report(tmp_path / "report.html")
    assert path.read_text(encoding="utf-8") == reporting.html(goog)
