"""How a dashboard is sent: frame first, its scripts kept, only as many as there is room for, and nothing left behind."""

from __future__ import annotations

import asyncio
import gzip
import re
import time

import httpx
import pytest
import websockets

from server_ext.dashboards.scripts import Scripts
from tests.support.running import Server, people

OVERVIEW = "/voila/render/dashboards/overview.ipynb"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A server on which one dashboard may be open at a time."""
    server = Server(tmp_path_factory.mktemp("small"), {"AURELIUS_DASHBOARDS_OPEN": "1"}).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def two(small):
    """Two viewers of it, in their browsers."""
    made = people(small, "viewer-a", "viewer-b")
    return [made[name].browser() for name in ("viewer-a", "viewer-b")]


def kernel_of(page: str) -> str:
    return page.partition('data-kernel="')[2].partition('"')[0]


def leave(browser, page: str) -> int:
    return browser.http.post(f"/voila/api/shutdown/{kernel_of(page)}", headers=browser.xsrf).status_code


def test_who_finds_no_room_is_told_when_to_ask_again_and_then_comes_in(two):
    first, second = two
    opened = first.http.get(OVERVIEW)
    refused = second.http.get(OVERVIEW)
    assert (opened.status_code, refused.status_code, refused.headers["retry-after"]) == (200, 503, "10")
    assert "All dashboards are busy" in refused.text
    assert "Traceback" not in refused.text
    assert leave(first, opened.text) == 204
    again = second.http.get(OVERVIEW)
    assert again.status_code == 200
    leave(second, again.text)


def test_who_does_not_wait_for_a_page_leaves_no_kernel(two):
    first, second = two
    with first.http.stream("GET", OVERVIEW) as answer:
        assert any('id="skeleton"' in part for part in answer.iter_text())
    deadline = time.monotonic() + 30
    while (opened := second.http.get(OVERVIEW)).status_code == 503:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    leave(second, opened.text)


def test_the_frame_is_sent_before_the_kernel_is_there(two):
    with two[0].http.stream("GET", OVERVIEW) as answer:
        arrived = [(time.perf_counter(), part) for part in answer.iter_text()]
    whole = "".join(part for _, part in arrived)
    frame = next(when for when, part in arrived if 'id="skeleton"' in part)
    kernel = next(when for when, part in arrived if "aurelius.know()" in part)
    assert frame < kernel
    leave(two[0], whole)


def test_a_page_names_its_scripts_by_what_they_say(two):
    page = two[0].http.get(OVERVIEW).text
    script = next(word for word in page.split('"') if word.endswith("/static/dashboard.js"))
    kept, older = two[0].http.get(script), two[0].http.get(script.replace(script.split("/")[3], "0" * 16))
    assert kept.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert older.headers["cache-control"] == "no-store"
    assert kept.content == older.content
    assert httpx.get(two[0].server.url + script).status_code in {302, 403}
    leave(two[0], page)


def test_another_content_has_another_address():
    listed = ["static/9151.voila.js"]
    assert Scripts("aurelius", [], listed).digest == Scripts("aurelius", [], listed).digest != Scripts("aurelius", [], []).digest


def test_the_one_script_holds_what_it_is_made_of_and_skips_what_is_not_there():
    scripts = Scripts("aurelius", [], ["static/9151.voila.js", "static/not-there.js"])
    assert scripts.bundled == ["static/9151.voila.js", "static/voila.js"]
    assert scripts.compressed("static/not-there.js") is None


def test_scripts_of_others_begin_when_the_page_says_so_and_wait_long_enough_for_widgets():
    manager = "@jupyter-widgets/jupyterlab-manager"
    scripts = Scripts(
        "aurelius", [manager], ["static/9212.voila.js", "static/7883.voila.js", f"labextensions/{manager}/static/*.js"]
    )
    said = gzip.decompress(scripts.compressed("static/dashboard.js"))
    assert said.count(b"window.aurelius.begin((async function(){") == 1
    assert b'window.addEventListener("load",(async' not in said
    assert len(re.findall(rb'<3e4;.{,120},20\)\)\}throw Error\("widget model not found"\)', said)) == 1
    assert said.count(b'throw Error("widget model not found")') == 1
    assert len(re.findall(rb"_handleCommOpen\(\w\)\{if\(!this\.knowsAll\)return;", said)) == 1
    assert len(re.findall(rb"_handleCommMsg\((\w)\)\{if\(\1\.content\.data\.method===.update_states.\)", said)) == 1


def test_a_page_that_was_left_without_a_word_makes_room_for_the_next(two):
    first, second = two
    page = first.http.get(OVERVIEW).text
    assert second.http.get(OVERVIEW).status_code == 503
    asyncio.run(connect_and_go(first, kernel_of(page)))
    deadline = time.monotonic() + 20
    while (opened := second.http.get(OVERVIEW)).status_code == 503:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    leave(second, opened.text)


async def connect_and_go(browser, kernel: str) -> None:
    """What a browser does that crashes: its connection to the kernel ends, and nothing was said."""
    address = f"{browser.server.url.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
    headers = {"Cookie": browser.cookie_header()}
    async with websockets.connect(address, additional_headers=headers, origin=browser.server.url) as line:
        await line.ping()
