"""Every page that ships: drawn with work to show and without any, in both themes, on a tablet, and sound for a screen reader."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from server_ext.dashboards import pages_in
from tests.support.visits import ROOT, Visit

PAGES = [page.file.removesuffix(".ipynb") for page in pages_in(ROOT / "dashboards")]
ASKED = {"backtest": ("backtest_id",), "strategy": ("strategy_id",), "gates": ("strategy_id",)}
OF_COLOUR = ["color-contrast", "link-in-text-block"]
TABLET = {"width": 820, "height": 1180}
DESK = {"width": 1360, "height": 900}


@pytest.fixture(scope="module", params=PAGES)
def opened(request, contexts, gallery, work):
    """Each page in turn, opened once by somebody with work to show; what follows only looks at it."""
    visit = Visit.of(contexts("analyst-a"), gallery.url)
    asked = {key: work[key] for key in ASKED.get(request.param, ()) if key in work}
    yield visit.open(request.param, **asked)
    visit.page.close()


def findings(visit: Visit, theme: str, **only: list[str]) -> list[str]:
    """What axe finds that is serious or critical, each with the places it names."""
    visit.page.evaluate("theme => window.aureliusTheme(theme)", theme)
    found = Axe().run(visit.page, options={"resultTypes": ["violations"], **only}).response["violations"]
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for one in serious for node in one["nodes"]]


def test_a_page_is_drawn_with_a_name_and_without_a_word_of_complaint(opened):
    assert opened.page.locator("h1").count() == 1
    assert opened.page.inner_text("h1") in opened.page.title()
    assert opened.page.locator(".failed").count() == 0
    assert "Error displaying widget" not in opened.text()
    assert opened.text().strip() != opened.page.inner_text(".page-head").strip()
    assert opened.errors == []


def test_nothing_of_a_page_is_fetched_from_elsewhere(opened):
    assert opened.outside == []
    assert any("/voila/kept/" in address for address in opened.requests)


def test_a_page_fits_a_tablet(opened):
    opened.page.set_viewport_size(TABLET)
    wide = opened.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    opened.page.set_viewport_size(DESK)
    assert wide <= 0


def test_axe_finds_nothing_serious_in_the_light(opened):
    assert findings(opened, "light") == []


def test_axe_finds_nothing_serious_in_the_dark(opened):
    found = findings(opened, "dark", runOnly=OF_COLOUR)  # nothing else is another in the dark
    opened.page.evaluate("window.aureliusTheme('system')")
    assert found == []


@pytest.mark.parametrize("name", [name for name in PAGES if name != "generate"])
def test_a_page_without_anything_to_show_says_so_and_does_not_fail(visit, name):
    shown = visit("viewer-b").open(name)
    assert shown.page.locator(".failed").count() == 0
    assert shown.text().strip() != shown.page.inner_text(".page-head").strip()


def test_a_page_that_only_some_may_open_says_so_to_others(visit):
    shown = visit("viewer-b")
    answer = shown.page.goto(f"{shown.url}/voila/render/dashboards/generate.ipynb")
    assert answer.status == 403
    assert "Your role does not allow it" in shown.page.inner_text("body")
    shown.errors.clear()  # the browser itself complains of the refusal
