"""Every command and every snippet of the README and of the how-to pages runs as it stands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from docs.snippets import LANGUAGES, blocks, python_of, script_of
from server_ext.routes import ROUTES
from tests.support.running import PASSWORD

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs/how-to").glob("*.md")))]
TESTED_ELSEWHERE = {
    "README.md": "tests/notebooks/test_readme.py",
    "docs/how-to/gates.md": "tests/kernel/gates/test_gates_page.py",
    "docs/how-to/generate.md": "tests/notebooks/test_generate_page.py",
    "docs/how-to/notebooks.md": "tests/kernel/lab/test_notebook.py",
    "docs/how-to/own-strategy.md": "tests/kernel/strategies/test_own_strategy_page.py",
    "docs/how-to/sweep.md": "tests/notebooks/test_sweep_page.py",
    "docs/how-to/validate.md": "tests/notebooks/test_validation_page.py",
}
"""Pages whose Python a test of its own runs, since it looks at what comes out."""
CALL = re.compile(r"\b(GET|POST|PATCH|DELETE) (/(?:api|ws|health)[\w/{}.…-]*)")
MOST_NOT_RUN = 5


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def with_language(pages: list[str], part) -> list[str]:
    return [page for page in pages if part(text_of(page))]


@pytest.mark.parametrize("page", with_language([page for page in PAGES if page not in TESTED_ELSEWHERE], python_of))
def test_the_python_of_a_page_runs_from_top_to_bottom(desk, page, tmp_path):
    cells = [nbformat.v4.new_code_cell(f"import os\nos.environ['PASSWORD'] = {PASSWORD!r}")]
    cells += [nbformat.v4.new_code_cell(code) for code in python_of(text_of(page))]
    notebook = tmp_path / Path(page).with_suffix(".ipynb").name
    nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)
    desk.execute([notebook], tmp_path / "executed")


@pytest.mark.parametrize("page", sorted(TESTED_ELSEWHERE))
def test_a_page_that_is_tested_elsewhere_is(page):
    assert Path(page).name in (ROOT / TESTED_ELSEWHERE[page]).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", with_language(PAGES, script_of))
def test_the_commands_of_a_page_succeed(desk, page):
    own = {"PASSWORD": PASSWORD, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environment = {**os.environ, **desk.home, **desk.session, **own}
    folder = desk.platform.folder / "notebooks"
    script = script_of(text_of(page))
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]


def test_few_blocks_are_not_run_and_each_says_why():
    left_out = [(page, block.reason) for page in PAGES for block in blocks(text_of(page)) if block.reason]
    assert [page for page, reason in left_out if len(reason) < 20] == []
    assert len(left_out) <= MOST_NOT_RUN


def test_every_block_with_a_language_is_python_or_shell():
    assert [(page, block.language) for page in PAGES for block in blocks(text_of(page)) if block.language not in LANGUAGES] == []


def test_every_call_that_a_page_names_is_one_of_the_api():
    known = {(route.method, re.sub(r"{\w+}", "{}", route.path).rstrip("/")) for route in ROUTES} | {("GET", "/metrics")}
    named = {(page, *call) for page in PAGES for call in CALL.findall(text_of(page))}
    unknown = [(page, method, path) for page, method, path in named if (method, generic(path)) not in known]
    assert [one for one in unknown if "…" not in one[2]] == []


def generic(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path).rstrip("/.")


def test_what_is_run_before_a_block_and_what_is_left_out_is_told_by_comments():
    page = (
        "<!-- before: x = 1 -->\n```python\nprint(x)\n```\n\n<!-- not run: it never ends -->\n```sh\nyes\n```\n\n```sh\ntrue\n```\n"
    )
    assert python_of(page) == ["x = 1", "print(x)\n"]
    assert script_of(page).endswith("\ntrue\n")
    assert "yes" not in script_of(page)
