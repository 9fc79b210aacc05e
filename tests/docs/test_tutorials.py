"""The course: papermill executes every tutorial, and nbval compares the cells that say the same on every machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from docs.staging import TUTORIALS
from tests.support.waiting import until_the_end

COURSE = sorted(TUTORIALS.glob("*.ipynb"))
STABLE = json.loads(Path(__file__).with_name("stable_cells.json").read_text(encoding="utf-8"))
"""What cells print on every machine, by tutorial and cell: facts of the bars or of a paper. Those without a text lead there."""
NEXT = re.compile(r"\]\((\d\d-[\w-]+\.ipynb)\)")


@pytest.fixture(scope="session")
def executed(desk, tmp_path_factory):
    """Gives a tutorial after all its cells ran, in the folder of all of them; each is executed when it is first looked at."""
    folder, done = tmp_path_factory.mktemp("tutorials"), {}

    def of(path: Path) -> nbformat.NotebookNode:
        if path.name not in done:
            done[path.name] = nbformat.read(desk.execute([path], folder)[path.name], as_version=4)
        return done[path.name]

    return of


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
def test_a_tutorial_runs_from_top_to_bottom_in_under_a_minute(executed, path):
    cells = [cell for cell in executed(path).cells if cell.cell_type == "code"]
    assert [cell.id for cell in cells if cell.metadata.papermill.exception] == []
    assert sum(cell.metadata.papermill.duration for cell in cells) < 60
    assert [cell.id for cell in cells if cell.id.endswith("chart") and not shows_a_picture(cell)] == []


def shows_a_picture(cell: nbformat.NotebookNode) -> bool:
    return any(kind.startswith("image/") for output in cell.outputs for kind in output.get("data", {}))


def test_nbval_finds_in_stable_cells_what_is_known_of_them(desk, tmp_path):
    """Each copy holds the stable cells and those before them that they stand on, beside what is known to be printed."""
    for name, known in STABLE.items():
        notebook = nbformat.read(TUTORIALS / name, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if cell.id in known]
        for cell in notebook.cells:
            if text := known[cell.id]:
                cell.metadata["tags"] = ["nbval-check-output"]
                cell.execution_count = 1
                cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
        nbformat.write(notebook, tmp_path / name)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--nbval-lax"]
    command += ["--rootdir", str(tmp_path), "-c", os.devnull, str(tmp_path)]
    done = subprocess.run(
        command, env={**os.environ, **desk.home}, cwd=tmp_path, capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_first_tutorial_runs_as_a_job_on_another_share(desk):
    asked = {
        "notebook": "tutorials/01-first-backtest.ipynb",
        "parameters": {"instrument": "IBM", "start": None, "end": "2004-12-31"},
    }
    job = desk.quant.post("/api/v1/jobs/", asked).raise_for_status().json()["job_id"]
    ended = until_the_end(desk.quant, f"/api/v1/jobs/{job}", seconds=400)
    assert (ended["status"], ended["error"]) == ("completed", None)
    assert len(ended["result"]) == 64


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
def test_a_tutorial_promises_something_asks_something_and_leads_on(path):
    cells = nbformat.read(path, as_version=4).cells
    assert cells[0].source.startswith(f"# {int(path.stem[:2])} · ")
    assert "**" in cells[0].source
    assert cells[-1].id == "exercises"
    assert cells[-1].source.count("<summary>Hint</summary>") >= 3
    following = [place.name for place in COURSE if place.stem > path.stem][:1]
    assert set(following) <= set(NEXT.findall(cells[-1].source))
