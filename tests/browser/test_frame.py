"""What stands around every page: theme, keyboard, account, and what is said when something is wrong."""

import httpx
import pytest

SENT = """
performance.getEntriesByType('resource').filter(one => one.name.includes('/voila/kept/'))
    .map(one => [one.name.split('/').pop(), one.transferSize])
"""
"""What came over the line of each script of this page, in bytes, as the browser itself counts."""


def theme(visit):
    return visit.page.evaluate("document.documentElement.dataset.theme")


def focused(visit):
    return visit.page.evaluate("document.activeElement.innerText || document.activeElement.getAttribute('aria-label')")


def test_the_theme_that_was_chosen_is_kept_on_the_next_page(visit):
    shown = visit("viewer-b").open("overview")
    shown.page.evaluate("window.aureliusTheme('light')")
    shown.page.click("#theme")
    assert theme(shown) == "dark"
    shown.open("system_health")
    assert theme(shown) == "dark"
    assert shown.page.get_attribute("#theme", "aria-label") == "Theme: dark"
    shown.page.evaluate("window.aureliusTheme('system')")


def test_the_theme_follows_the_system_until_one_is_chosen(visit):
    shown = visit("viewer-b").open("system_health")
    shown.page.evaluate("window.aureliusTheme('system')")
    shown.page.emulate_media(color_scheme="dark")
    shown.page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    shown.page.emulate_media(color_scheme="light")
    shown.page.wait_for_function("document.documentElement.dataset.theme === 'light'")


def test_a_page_is_walked_by_the_keyboard_alone(visit):
    shown = visit("viewer-b").open("overview")
    shown.page.keyboard.press("Tab")
    assert focused(shown) == "Skip to the page"
    shown.page.keyboard.press("Enter")
    assert shown.page.evaluate("document.activeElement.id") == "page"
    shown.page.focus(".user summary")
    shown.page.keyboard.press("Enter")
    assert shown.page.is_visible("text=Sign out")
    shown.page.keyboard.press("Escape")
    assert not shown.page.is_visible("text=Sign out")
    link = shown.page.locator("nav a[href*='system_health']")
    link.focus()
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url("**/system_health.ipynb")


def test_the_menu_of_a_tablet_opens_and_leads_on(visit):
    shown = visit("viewer-b")
    shown.page.set_viewport_size({"width": 820, "height": 1180})
    shown.open("overview")
    assert not shown.page.is_visible("#pages")
    shown.page.click(".menu")
    assert shown.page.get_attribute(".menu", "aria-expanded") == "true"
    shown.page.click("#pages a[href*='backtests.ipynb']")
    shown.page.wait_for_url("**/backtests.ipynb")


def test_a_cell_that_fails_says_so_and_never_shows_a_traceback(visit):
    shown = visit("viewer-b").open("failing")
    assert "This part could not be drawn" in shown.text()
    assert "Try again" in shown.text()
    assert "traceback" not in shown.page.content().lower()
    assert "ValueError" not in shown.page.content()


def test_a_page_that_is_not_there_says_so(visit, gallery):
    shown = visit("viewer-b")
    answer = shown.page.goto(f"{gallery.url}/voila/render/dashboards/nothing.ipynb")
    assert answer.status == 404
    assert "There is no such dashboard" in shown.text()
    shown.errors.clear()


def test_a_browser_keeps_the_scripts_and_asks_for_them_once(visit):
    shown = visit("viewer-b").open("overview").open("system_health")
    sent = dict(shown.page.evaluate(SENT))
    assert "dashboard.js" in sent
    assert set(sent.values()) == {0}


def test_a_page_takes_few_requests_and_less_than_two_megabytes(contexts, gallery, browser, staff):
    person = staff["viewer-b"].browser().http
    page = person.get("/voila/render/dashboards/overview.ipynb").text
    script = page.partition('<script src="')[2] and next(one for one in page.split('"') if one.endswith("/static/dashboard.js"))
    with person.stream("GET", script) as answer:
        size = sum(len(part) for part in answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert size < 1_500_000


@pytest.mark.parametrize(
    "path", ["static/nothing.js", "labextensions/../../../etc/passwd", "static/%2e%2e/%2e%2e/x", "nbconvert/x"]
)
def test_no_other_file_is_served_as_a_script(staff, path):
    person = staff["viewer-b"].browser().http
    answer = person.get(httpx.URL(person.base_url).join(f"/voila/kept/0123456789abcdef/{path}"))
    assert answer.status_code in {400, 403, 404}
