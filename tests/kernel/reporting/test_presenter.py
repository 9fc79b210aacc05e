from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from aurelius_kernel import reporting
from aurelius_kernel.errors import InvalidField, UnknownName
from aurelius_kernel.model import StrategySpec
from aurelius_kernel.model.presentation import presenter


def parsed(card: str) -> ET.Element:
    return ET.fromstring(card)  # noqa: S314 - made by the card, which is under test


def test_a_result_draws_itself(goog):
    assert isinstance(goog.plot(), Figure)


def test_a_result_writes_its_report_as_pdf_or_json(goog, tmp_path):
    assert goog.report(tmp_path / "report.pdf", paper="letter", trials=7).read_bytes() == reporting.pdf(goog, "letter", 7)
    assert goog.report(tmp_path / "report.json").read_bytes() == reporting.write_json(goog, tmp_path / "other.json").read_bytes()


def test_a_report_of_another_kind_is_refused(goog, tmp_path):
    with pytest.raises(InvalidField, match=r"path must end in \.pdf, \.html, \.xlsx or \.json, not 'report\.docx'"):
        goog.report(tmp_path / "report.docx")


def test_the_card_tells_the_main_numbers_and_the_hash(goog):
    shown = goog._repr_mimebundle_()
    assert "499.32%" in shown["text/html"]
    assert "703.46%" in shown["text/html"]
    assert goog.hash in shown["text/plain"]
    assert "open_at_end" in shown["text/plain"]


def test_the_card_is_well_formed_and_escapes_names(run, closes):
    hostile = "<script>alert(1)</script>&\"'"
    result = run(closes.rename(columns={"GOOG": hostile}), StrategySpec(type=hostile))
    card = result._repr_mimebundle_()["text/html"]
    assert "<script" not in card
    assert hostile in "".join(parsed(card).itertext())


@pytest.mark.parametrize("equity", [[10_000.0], [10_000.0, 0.0, 0.0], [1.0, -5.0]])
def test_any_account_has_a_card(run, closes, equity):
    result = run(closes.iloc[: len(equity)], StrategySpec(type="trend_following"))
    card = replace(result, equity_values=np.array(equity))._repr_mimebundle_()["text/html"]
    assert "nan" not in card
    assert parsed(card).find(".//svg") is not None


def test_showing_a_result_loads_no_drawing_library(goog, tmp_path):
    stored = tmp_path / "result.json"
    stored.write_bytes(goog.canonical_bytes)
    code = (
        "import json, sys; from aurelius_kernel.model import BacktestResult\n"
        f"BacktestResult.from_document(json.loads(open({str(stored)!r}).read()))._repr_mimebundle_()\n"
        "print(sorted({'matplotlib', 'typst', 'vectorbt'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_what_nobody_can_show_is_named():
    with pytest.raises(UnknownName, match="Unknown presenter 'backtest_results': did you mean backtest_result"):
        presenter("backtest_results")
