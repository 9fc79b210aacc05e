"""Make the report that the repository shows, and the picture of its first page, from the result of `make demo`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from aurelius_kernel.artifacts import Store, load_result
from aurelius_kernel.home import home
from aurelius_kernel.reporting import page_images, write_pdf

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "reports" / "samples" / "tear_sheet.pdf"
PICTURE = ROOT / "docs" / "images" / "report.png"


def main() -> int:
    """Write both files; 1 with a sentence when the demo has not run yet."""
    found = home() / "demo" / "result.json"
    if not found.is_file():
        print(f"There is no {found}: run `make demo` first.", file=sys.stderr)
        return 1
    result = load_result(Store(), json.loads(found.read_text(encoding="utf-8"))["hash"])
    for path in (SAMPLE, PICTURE):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_pdf(result, SAMPLE)
    PICTURE.write_bytes(page_images(result)[0])
    print(SAMPLE, PICTURE, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
