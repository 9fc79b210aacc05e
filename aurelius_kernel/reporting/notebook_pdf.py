"""An executed notebook as PDF: what it shows, printed by Chromium, which runs nothing of it and asks nothing of anybody."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from html import escape
from pathlib import Path

import bleach
import nbformat
from bleach.css_sanitizer import CSSSanitizer
from nbconvert import HTMLExporter
from traitlets.config import Config

from aurelius_kernel.errors import InvalidField, RunFailed
from aurelius_kernel.reporting.chromium import HOW_IT_COMES, find_chromium

__all__ = ["notebook_html", "notebook_pdf"]

SECONDS = 90
NO_NOTEBOOK = (UnicodeDecodeError, nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError, KeyError, TypeError)
"""What reading other content as a notebook raises."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
PRINT = """
@page { size: A4; margin: 16mm 14mm; }
body { font-size: 11px; }
pre, code { white-space: pre-wrap; overflow-wrap: anywhere; }
img, svg { max-width: 100%; height: auto; }
figure, img, svg, tr { break-inside: avoid; }
h1, h2, h3 { break-after: avoid; }
details:not([open]) { display: none; }
"""
"""What the printer adds to the page's own look."""
TEXT = """a abbr b blockquote body br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i
    img ins kbd li main ol p pre s small span strong sub summary sup table tbody td tfoot th thead tr tt u ul"""
DRAWING = "svg g path polyline polygon line rect circle ellipse text tspan title"
DRAWN = """aria-label class cx cy d dx dy fill fill-opacity font-size height opacity points r role rx ry stroke stroke-dasharray
    stroke-linejoin stroke-opacity stroke-width style text-anchor transform viewBox width x x1 x2 y y1 y2"""
KEPT = {
    "*": ["aria-label", "class", "colspan", "id", "role", "rowspan", "style"],
    "a": ["href"],
    "img": ["alt", "height", "src", "width"],
    **dict.fromkeys(DRAWING.split(), DRAWN.split()),
}
"""What a notebook's page may consist of; anything else is left out. Nothing here can leave the page, or take a file into it."""
ACTIVE = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)


def notebook_pdf(content: bytes, name: str) -> bytes:
    """The notebook's cells and outputs as A4 pages; widgets that need a script show the text they stand for.

    Raises InvalidField for content that is no notebook, RunFailed where there is no Chromium or it does not print within 90 s.
    """
    page = notebook_html(content, name)
    browser = find_chromium()
    if browser is None:
        raise RunFailed(f"A notebook becomes PDF by Chromium, and there is none: {HOW_IT_COMES}.")
    with tempfile.TemporaryDirectory(prefix="aurelius-print-") as folder:
        source, target = Path(folder) / "notebook.html", Path(folder) / "notebook.pdf"
        source.write_text(page, encoding="utf-8")
        _print(browser, source, target, folder)
        return target.read_bytes()


def notebook_html(content: bytes, name: str) -> str:
    """The notebook as one page without scripts, that forbids itself scripts and anything from elsewhere."""
    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
    except NO_NOTEBOOK as error:
        raise InvalidField.of("notebook", f"must be a Jupyter notebook ({type(error).__name__})") from None
    config = Config({"HTMLExporter": {"mathjax_url": "", "require_js_url": "", "jquery_url": ""}})
    page, _ = HTMLExporter(config=config).from_notebook_node(notebook, {"metadata": {"name": name}})
    head, _, body = str(page).partition("<body")
    looks = "".join(re.findall(r"<style\b[^>]*>.*?</style>", head, re.DOTALL))
    policy = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    top = f"<head>{policy}<title>{escape(name)}</title>{looks}<style>{PRINT}</style></head>"
    return f'<!doctype html><html lang="en">{top}<body>{_clean(body)}</body></html>'


def _clean(body: str) -> str:
    """What may stand on the page, of what a notebook holds."""
    still = ACTIVE.sub("", body.partition(">")[2].rpartition("</body>")[0])
    cleaned: str = bleach.clean(
        still,
        tags={*TEXT.split(), *DRAWING.split()},
        attributes=KEPT,
        protocols=["data", "https", "http"],
        css_sanitizer=CSSSanitizer(),
        strip=True,
    )
    return cleaned


def _print(browser: str, source: Path, target: Path, folder: str) -> None:
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [browser, *QUIET, *root, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", source.as_uri()]
    try:
        subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603  (a browser found by its name)
    except subprocess.TimeoutExpired:
        raise RunFailed(f"The notebook was not printed within {SECONDS} seconds.") from None
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise RunFailed(f"The notebook could not be printed: {reason[:300]}") from None
    if not target.is_file():
        raise RunFailed("The notebook could not be printed: Chromium wrote no file.")
