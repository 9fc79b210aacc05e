"""Notebooks to be run: a cell of parameters, and what works with them."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

KERNEL = {"name": "aurelius", "display_name": "Aurelius", "language": "python"}


def write_notebook(path: Path, parameters: str | None, *work: str) -> None:
    """A notebook with its tagged cell of parameters, unless it is to have none, and a cell for each piece of work."""
    tagged = [] if parameters is None else [new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[*tagged, *map(new_code_cell, work)], metadata={"kernelspec": KERNEL}), path)
