from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

JOB = ["title", "parameters", "work", "result"]
READABLE = re.compile(r"(?![0-9a-f]{8}\b)[a-z][a-z0-9]*(-[a-z0-9]+)*")
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.With, ast.Match, ast.FunctionDef, ast.ClassDef, ast.comprehension)


def notebook_faults(path: Path, document: dict) -> list[str]:
    """What keeps a notebook from being read at a glance and compared line by line."""
    cells = document["cells"]
    faults = [fault for cell in cells for fault in cell_faults(cell)]
    if len({cell.get("id") for cell in cells}) < len(cells):
        faults.append("two cells have the same id")
    if "tutorials" in path.parts:
        return faults
    faults += [f"{cell.get('id')} decides something: it belongs in the library" for cell in cells if decides(cell)]
    return faults + (dashboard_faults(cells) if path.parts[0] == "dashboards" else job_faults(cells))


def cell_faults(cell: dict) -> list[str]:
    name = cell.get("id", "")
    faults = [] if READABLE.fullmatch(name) else [f"the cell id {name!r} is not readable"]
    if cell.get("outputs"):
        faults.append(f"{name} has outputs")
    if cell.get("execution_count") is not None:
        faults.append(f"{name} has an execution count")
    return faults


def decides(cell: dict) -> bool:
    if cell["cell_type"] != "code":
        return False
    lines = "".join(cell["source"]).splitlines()
    code = "\n".join("pass" if line.startswith(("%", "!")) else line for line in lines)
    return any(isinstance(node, BRANCHES) for node in ast.walk(ast.parse(code)))


def job_faults(cells: list[dict]) -> list[str]:
    if [cell.get("id") for cell in cells] != JOB or [cell["cell_type"] for cell in cells] != ["markdown", "code", "code", "code"]:
        return [f"a job has the four cells {', '.join(JOB)}"]
    tagged = "parameters" in cells[1]["metadata"].get("tags", [])
    parameters = ast.parse("".join(cells[1]["source"])).body
    untyped = [ast.unparse(node) for node in parameters if not isinstance(node, ast.AnnAssign)]
    return ([] if tagged else ["the parameters are not tagged"]) + [f"{line} has no type" for line in untyped]


def dashboard_faults(cells: list[dict]) -> list[str]:
    return [] if 3 <= len(cells) <= 6 else [f"a dashboard has three to six cells, not {len(cells)}"]


def markdown(name: str, source: str = "# A title") -> dict:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def code(name: str, source: str = "run()", **more: object) -> dict:
    return {"cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": [], "execution_count": None, **more}


def parameters(source: str = "fast: int = 20") -> dict:
    return code("parameters", source, metadata={"tags": ["parameters"]})


def test_every_notebook_has_the_shape(texts):
    notebooks = {path: json.loads(text) for path, text in texts.items() if path.suffix == ".ipynb" and path.parts[0] != "tests"}
    faults = {str(path): wrong for path, document in notebooks.items() if (wrong := notebook_faults(path, document))}
    assert faults == {}


def test_a_job_of_four_cells_is_fine():
    cells = [markdown("title"), parameters(), code("work", "run = research.backtest(fast)"), code("result", "run")]
    assert notebook_faults(Path("notebooks/backtest.ipynb"), {"cells": cells}) == []


@pytest.mark.parametrize(
    "cells",
    [
        [markdown("title"), parameters(), code("work")],
        [markdown("title"), code("parameters", "fast: int = 20"), code("work"), code("result")],
        [markdown("title"), parameters("fast = 20"), code("work"), code("result")],
        [markdown("title"), parameters(), code("work", "if fast:\n    run()"), code("result")],
        [markdown("title"), parameters(), code("work", "run() if fast else None"), code("result")],
        [markdown("title"), parameters(), code("work", outputs=[{"text": "1"}]), code("result")],
        [markdown("title"), parameters(), code("work", execution_count=3), code("result")],
    ],
)
def test_a_job_of_another_shape_is_refused(cells):
    assert len(notebook_faults(Path("notebooks/backtest.ipynb"), {"cells": cells})) == 1


@pytest.mark.parametrize("name", ["", "4f2a91bc", "4f2a91bc-0e1d", "Cell 1"])
def test_a_cell_id_that_no_one_can_read_is_refused(name):
    assert cell_faults(markdown(name)) == [f"the cell id {name!r} is not readable"]


@pytest.mark.parametrize(("count", "fine"), [(2, False), (3, True), (6, True), (7, False)])
def test_a_dashboard_has_three_to_six_cells(count, fine):
    cells = [code(f"panel-{number}") for number in range(count)]
    assert (notebook_faults(Path("dashboards/portfolio.ipynb"), {"cells": cells}) == []) is fine


def test_a_tutorial_may_decide_things():
    cells = [markdown("title"), code("loop", "for fast in range(3):\n    run(fast)")]
    assert notebook_faults(Path("notebooks/tutorials/first.ipynb"), {"cells": cells}) == []
