"""`python -m aurelius_kernel.reporting.notebook_rendering`: a stored notebook on paper, asked for as in `rendering`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aurelius_kernel.artifacts import Store
from aurelius_kernel.reporting.notebook_pdf import notebook_pdf
from aurelius_kernel.reporting.rendering import answer
from aurelius_kernel.reporting.targets import write_report

__all__ = ["notebook"]


def notebook(store: Store, path: Path, asked: Mapping[str, Any]) -> None:
    """The notebook under the hash `notebook` in the store, called `name`."""
    write_report(path, ".pdf", lambda: notebook_pdf(store.get(asked["notebook"]), asked["name"]))


if __name__ == "__main__":
    sys.exit(answer({"notebook": notebook}))
