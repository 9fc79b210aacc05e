"""The notebook of reports: what it makes is kept, is what `report` writes, and is shown."""

import io
import json

import openpyxl
import pypdf
import pytest

import aurelius_kernel as ak
from aurelius_kernel.artifacts import Store, load_result
from aurelius_kernel.errors import InvalidInput, NotFound


@pytest.fixture(scope="module")
def reports(executed):
    """The document of the reports that the notebook made."""
    return Store().document(executed["report.ipynb"].result)


def test_without_a_result_it_reports_trend_following_on_goog(reports):
    spec = load_result(Store(), reports["result"]).spec
    assert (spec.strategy.type, spec.instruments, sorted(reports["files"])) == (
        "trend_following",
        ("GOOG",),
        ["html", "pdf", "xlsx"],
    )


def test_every_file_is_in_the_store_with_the_result_as_its_parent(reports):
    records = [Store().record(address) for address in reports["files"].values()]
    assert {parent.address for record in records for parent in record.parents} == {reports["result"]}
    assert [record.kind for record in records] == ["report"] * 3


def test_the_files_are_a_pdf_a_workbook_and_a_page(reports):
    content = {name: Store().get(address) for name, address in reports["files"].items()}
    assert len(pypdf.PdfReader(io.BytesIO(content["pdf"])).pages) >= 2
    assert openpyxl.load_workbook(io.BytesIO(content["xlsx"])).sheetnames
    assert b"<html" in content["html"][:200]


def test_they_are_what_the_result_itself_writes(reports, tmp_path):
    written = load_result(Store(), reports["result"]).report(tmp_path / "report.pdf", trials=6)
    assert written.read_bytes() == Store().get(reports["files"]["pdf"])


def test_the_notebook_shows_the_card_the_files_and_the_pages(executed, reports):
    cells = json.loads(executed["report.ipynb"].content)["cells"]
    card, pages = ("".join(output["data"]["text/html"]) for output in cells[-1]["outputs"])
    assert [address[:10] in card for address in reports["files"].values()] == [True] * 3
    assert pages.count("<img alt='Page") >= 2


def test_a_named_result_is_reported_in_the_formats_that_are_asked_for(reports, tmp_path):
    made = ak.make_reports(reports["result"][:12], formats=["json", "json"], trials=6)
    (path,) = made.save(tmp_path)
    assert (made.result.hash, path.name) == (reports["result"], "report.json")
    assert json.loads(path.read_text())["identity"]["spec_hash"] == made.result.identity.spec_hash


@pytest.mark.parametrize(
    ("asked", "field"), [({"formats": ["pdf", "doc"]}, "formats.1"), ({"formats": []}, "formats"), ({"paper": "a3"}, "paper")]
)
def test_what_cannot_be_made_is_refused_by_field(reports, asked, field):
    with pytest.raises(InvalidInput) as refused:
        ak.make_reports(reports["result"], **asked)
    assert list(refused.value.fields) == [field]


def test_a_result_that_is_not_there_is_not_found(home):
    with pytest.raises(NotFound):
        ak.make_reports("0" * 64)
