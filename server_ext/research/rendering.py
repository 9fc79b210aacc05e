"""Draws the report of a result: `python -m server_ext.research.rendering STORE HASH PATH`, a process for one report.

Drawing needs much that the server does not, and a report that hangs or eats memory must not take the server along.
"""

from __future__ import annotations

import sys
from pathlib import Path

from aurelius_kernel.artifacts import Store, load_result
from aurelius_kernel.reporting.documents import write_json, write_pdf
from aurelius_kernel.reporting.web_page import write_html
from aurelius_kernel.reporting.workbook import write_xlsx

__all__ = ["render"]


def render(store: str, result: str, path: Path) -> None:
    """Write the report of a result to a path, whose ending says its format."""
    found = load_result(Store(store or None), result)
    match path.suffix:
        case ".pdf":
            write_pdf(found, path)
        case ".xlsx":
            write_xlsx(found, path)
        case ".html":
            write_html(found, path)
        case ".json":
            write_json(found, path)


if __name__ == "__main__":
    render(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
