"""A validation as a report: its own numbers, every window, what may be luck, and the verdicts that stand beside it."""

from __future__ import annotations

import json

import numpy as np
import openpyxl
import pypdf
import pytest

import aurelius_kernel as ak
from aurelius_kernel.errors import InvalidField


@pytest.fixture(scope="module")
def dev(waves, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(tmp_path_factory.mktemp("home")))
        return ak.gates.dev(ak.backtest("trend_following", bars={"A": waves}))


def test_the_json_has_the_numbers_of_the_validation(walked, tmp_path):
    told = json.loads(walked.report(tmp_path / "v.json").read_text(encoding="utf-8"))
    assert told["headline"]["Stability, of 100"] == round(walked.stability)
    assert told["headline"]["Sharpe ratio"] == walked.metrics["sharpe_ratio"]
    windows = told["tables"]["Windows"]
    place = windows["columns"].index("Test sharpe")
    shown = [np.nan if row[place] is None else row[place] for row in windows["rows"]]
    assert shown == pytest.approx(walked.windows["test_sharpe"].tolist(), nan_ok=True)


def test_the_pdf_shows_verdict_windows_and_the_gates_beside_them(walked, dev, tmp_path):
    pages = pypdf.PdfReader(walked.report(tmp_path / "v.pdf", verdicts=[dev])).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert ("Not passed", "Passed")[walked.passed] in text
    assert "Gates and readiness" in text
    assert all(check.message.split()[0] in text for check in dev.checks)
    assert f"{walked.windows['test_end'].iloc[-1]:%Y-%m-%d}" in text


def test_without_verdicts_no_chapter_speaks_of_gates(walked, tmp_path):
    page = walked.report(tmp_path / "v.html").read_text(encoding="utf-8")
    assert "Gates and readiness" not in page
    assert "<b>A</b>" not in page


def test_the_workbook_has_a_sheet_a_table_with_dates(walked, dev, tmp_path):
    book = openpyxl.load_workbook(walked.report(tmp_path / "v.xlsx", verdicts=[dev]))
    assert {"Summary", "Overfitting", "Dev gate", "Metrics", "Windows", "What 1 became"} <= set(book.sheetnames)
    assert book["Windows"]["A2"].value == walked.windows["train_start"].iloc[0].to_pydatetime()
    assert book["What 1 became"].max_row == len(walked.index) + 1


def test_another_ending_is_refused(walked, tmp_path):
    with pytest.raises(InvalidField, match=r"path must end in \.pdf, \.html, \.xlsx or \.json, not 'v\.docx'"):
        walked.report(tmp_path / "v.docx")
