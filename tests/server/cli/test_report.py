import json

import pytest
from pypdf import PdfReader

from aurelius_kernel.artifacts import Store


@pytest.fixture
def reference(demo, at_home):
    return demo[1].document["hash"][:10]


def test_a_stored_result_is_written_as_pdf_and_the_same_bytes_again(aurelius, reference, tmp_path):
    for name in ("first.pdf", "second.pdf"):
        assert aurelius("report", reference, "--output", tmp_path / name).code == 0
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "second.pdf").read_bytes()


def test_the_paper_can_be_letter(aurelius, reference, tmp_path):
    written = aurelius("report", reference, "--output", tmp_path / "us.pdf", "--paper", "letter", "--json").document
    box = PdfReader(written["path"]).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (612, 792)


def test_a_stored_result_is_written_as_json(aurelius, reference, tmp_path):
    aurelius("report", reference, "--output", tmp_path / "numbers.json")
    assert json.loads((tmp_path / "numbers.json").read_text())["hash"].startswith(reference)


def test_what_is_no_result_is_not_reported(aurelius, empty_home, tmp_path):
    address = Store().put_document({}, kind="backtest_spec")
    refused = aurelius("report", address, "--output", tmp_path / "report.pdf")
    assert (refused.code, "of the kind backtest_spec" in refused.err) == (2, True)
    assert list(tmp_path.glob("*.pdf")) == []


@pytest.mark.parametrize("name", ["report.doc", "missing/report.pdf"])
def test_a_path_that_cannot_be_written_is_asked_wrongly(aurelius, reference, tmp_path, name):
    assert aurelius("report", reference, "--output", tmp_path / name).code == 2
