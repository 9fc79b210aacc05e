import json

import nbformat
from pypdf import PdfReader


def test_the_demo_ends_with_the_paths_of_report_notebook_and_result(demo, filled_home):
    folder = filled_home / "demo"
    assert demo[0].code == 0
    assert demo[0].out.splitlines()[-3:] == [str(folder / name) for name in ("report.pdf", "backtest.ipynb", "result.json")]


def test_the_demo_says_what_it_did(demo):
    for words in ("2,148 daily bars of GOOG", "Total return", "Sharpe ratio", "Maximum drawdown"):
        assert words in demo[0].out


def test_a_second_demo_gives_the_same_hash(demo):
    assert demo[1].document["hash"] in demo[0].out


def test_the_result_file_holds_identity_hash_and_metrics(demo, filled_home):
    found = json.loads((filled_home / "demo" / "result.json").read_text())
    assert found["hash"] == demo[1].document["hash"]
    assert found["identity"] == demo[1].document["identity"]
    assert found["metrics"] == demo[1].document["metrics"]


def test_the_report_has_three_pages_or_more_and_names_the_strategy(demo, filled_home):
    report = PdfReader(filled_home / "demo" / "report.pdf")
    assert len(report.pages) >= 3
    assert "GOOG" in report.pages[0].extract_text()


def test_the_notebook_of_the_demo_is_executed_to_its_end(demo, filled_home):
    notebook = nbformat.read(filled_home / "demo" / "backtest.ipynb", as_version=4)
    assert [bool(cell.execution_count) for cell in notebook.cells if cell.cell_type == "code"] == [True] * 4
    shown = {kind for output in notebook.cells[-1].outputs for kind in output.get("data", {})}
    assert {"image/svg+xml", "text/html", "text/plain"} <= shown
