"""`%submit` and `%jobs` in a kernel that the platform started for a notebook of somebody's."""

import json
import re

import nbformat
import pytest
from jupyter_client.blocking import BlockingKernelClient

from server_ext.jobs import execute
from tests.kernel.lab.notebook import Attached
from tests.support.notebooks import write_notebook
from tests.support.waiting import until_the_end

CELLS = {
    "parameters": "number: int = 3",
    "work": "print(number * 2)\n%submit this notebook",
}


@pytest.fixture(scope="module")
def notebook(shop, staff):
    """A notebook that quant-a has open, renamed since its kernel started."""
    quant = staff["quant-a"]
    cells = [
        {"cell_type": "code", "id": name, "metadata": {"tags": [name]}, "execution_count": None, "outputs": [], "source": source}
        for name, source in CELLS.items()
    ]
    written = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (shop.folder / "notebooks" / "mine.ipynb").write_text(json.dumps(written))
    asked = {"path": "before.ipynb", "name": "before.ipynb", "type": "notebook", "kernel": {"name": "aurelius"}}
    session = quant.post("/api/sessions", asked).raise_for_status().json()
    renamed = {"path": "mine.ipynb", "name": "mine.ipynb", "type": "notebook"}
    quant.call("PATCH", f"/api/sessions/{session['id']}", renamed).raise_for_status()
    client = BlockingKernelClient(connection_file=str(shop.folder / "runtime" / f"kernel-{session['kernel']['id']}.json"))
    client.load_connection_file()
    attached = Attached(client)
    yield attached
    client.stop_channels()
    quant.call("DELETE", f"/api/sessions/{session['id']}")


def test_this_notebook_becomes_a_job_that_does_not_submit_itself(notebook, staff):
    cell = notebook.run("%submit this notebook number=21")
    assert cell.error is None, cell.error
    job_id = re.search(r"as job (\S+);", cell.text)[1]
    done = until_the_end(staff["quant-a"], f"/api/v1/jobs/{job_id}")
    assert (done["status"], done["notebook"], done["parameters"]) == ("completed", "./mine.ipynb", {"number": 21})
    log = staff["quant-a"].get(f"/api/v1/jobs/{job_id}/log").json()["log"]
    assert log.splitlines()[:2] == ["42", "This is the job: the notebook does not queue itself again."]


def test_what_a_notebook_does_not_take_is_said_in_a_sentence(notebook):
    assert (
        notebook.run("%submit this notebook nmber=2").error["evalue"].startswith("Unknown parameter 'nmber': did you mean number?")
    )


def test_jobs_are_a_table(notebook):
    cell = notebook.run("%jobs --once")
    assert "./mine.ipynb" in cell.text
    assert "<table" in cell.html


def test_the_table_follows_a_job_to_its_end(notebook):
    notebook.run("%submit this notebook number=4")
    asked = notebook.client.execute("%jobs --limit 1")
    notebook.until_drawn(asked, "completed")


def test_a_job_that_fails_keeps_the_panel_and_the_error_that_programs_look_for(tmp_path):
    work = "from aurelius_kernel.errors import NotEnoughBars\nraise NotEnoughBars(101, 21, 'This')"
    write_notebook(tmp_path / "job.ipynb", "number: int = 3", work)
    run = execute(tmp_path / "job.ipynb", {}, tmp_path / "kept")
    outputs = nbformat.read(run.notebook, 4).cells[-1].outputs
    assert [one.output_type for one in outputs] == ["display_data", "error"]
    assert outputs[0].data["text/plain"].startswith("This needs 101 bars and the window holds 21")
    assert (outputs[1].ename, "Traceback" in "".join(outputs[1].traceback)) == ("NotEnoughBars", True)
