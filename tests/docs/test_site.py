"""The site is built without a warning, whole, and without anything from elsewhere; other tests execute the tutorials."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from docs import build
from docs.staging import ROOT, SITE, TUTORIALS

SECTIONS = ("tutorials", "how-to", "reference", "explanation", "decisions")
FETCHED = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)=["'](https?:)?//""")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, with the tutorials as they are stored."""
    folder = tmp_path_factory.mktemp("site")
    build.build(folder / "site", folder / "work")
    return folder / "site"


def test_every_page_of_the_project_is_on_the_site(site):
    pages = [path.relative_to(ROOT / "docs") for name in SECTIONS for path in (ROOT / "docs" / name).glob("*.md")]
    pages += [path.relative_to(TUTORIALS.parent) for path in TUTORIALS.glob("*.ipynb")]
    assert [str(page) for page in pages if not (site / page.with_suffix(".html")).is_file()] == []
    assert (site / "explanation/architecture.html").is_file()
    assert (site / "troubleshooting.html").is_file()


def test_no_page_fetches_anything_from_elsewhere(site):
    texts = {path.name: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert {name: found[0] for name, text in texts.items() if (found := FETCHED.search(text))} == {}


def test_what_can_be_searched_is_on_the_site(site):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert [word for word in ("plateau", "embargo", "idempot") if word not in index] == []


def test_a_link_that_leads_nowhere_stops_the_build(tmp_path, capfd):
    pages = tmp_path / "pages"
    pages.mkdir()
    shutil.copy(SITE / "conf.py", pages)
    (pages / "index.md").write_text("# A page\n\n[gone](nowhere.md)\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        build.made(pages, tmp_path / "html", tmp_path / "doctrees")
    assert "nowhere.md" in capfd.readouterr().err
