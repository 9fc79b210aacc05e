"""Small notebooks to execute."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook with one tagged cell of parameters and any cells of work, and give its path."""

    def write(*work: str, parameters: str = "number: int = 3", name: str = "job.ipynb") -> Path:
        tagged = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
        cells = [nbformat.v4.new_markdown_cell("# A job"), tagged, *map(nbformat.v4.new_code_cell, work)]
        kernel = {"name": "a kernel nobody has", "display_name": "?", "language": "python"}
        path = tmp_path / name
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        return path

    return write
