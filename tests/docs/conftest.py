"""A quant before a platform with warm kernels, shared by what is tried on the documentation."""

from __future__ import annotations

import shutil

import pytest

from docs.execution import open_desk
from docs.staging import TUTORIALS
from tests.support.notebooks import write_notebook

SCRIPTS = {
    "daily": 'instrument: str = "GOOG"\nuniverse: str = "tech"',
    "research/daily": 'instrument: str = "GOOG"\nuniverse: str = "tech"',
    "research/ping": "times: int = 1",
}
"""Notebooks that the pages speak of, by their place in the server's folder, with their parameters."""


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    """The quant's desk, with the notebooks that the pages speak of in the server's folder."""
    folder = tmp_path_factory.mktemp("desk")
    for name, parameters in SCRIPTS.items():
        write_notebook(folder / f"notebooks/{name}.ipynb", parameters, "print('done')")
    shutil.copytree(TUTORIALS, folder / "notebooks/tutorials", ignore=shutil.ignore_patterns(".*", "*.pdf"))
    with open_desk(folder) as desk:
        yield desk
