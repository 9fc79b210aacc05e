"""A newcomer in a real browser, from the login page to a report on paper: no error anywhere, in under four minutes."""

from __future__ import annotations

import time
import unicodedata

import pypdf

from tests.support.newcomer import first_minutes

AT_MOST = 240.0


def test_a_newcomer_has_a_report_on_paper_within_four_minutes(stranger, staff):
    began = time.monotonic()
    paper = first_minutes(stranger, staff["quant-a"].email, lambda _step: None)
    taken = time.monotonic() - began
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(paper).pages)
    assert "Your first backtest" in unicodedata.normalize("NFKC", text)  # fi is one letter on paper
    assert stranger.errors == []
    assert stranger.outside == []
    assert taken < AT_MOST
