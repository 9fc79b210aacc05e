"""What stands around a dashboard on a real server, for whom, and that nothing of it is fetched from elsewhere."""

import json
import re

import pytest

from tests.support.running import NOTEBOOK

RENDER = "/voila/render/dashboards/"


@pytest.fixture(scope="module")
def dashboards(server):
    """Three more dashboards: one of admins alone, one whose cell fails, one that is not listed."""
    folder = server.folder / "notebooks/dashboards"
    for name, about, source in (
        ("for_admins", {"title": "For admins", "order": 1, "permission": "users:manage"}, "print(1)"),
        ("failing", {"title": "A page that fails", "order": 2}, "raise ValueError('the words of a traceback')"),
        ("unlisted", {"title": "Of one object", "order": 3, "listed": False, "lead": "Only <b>by</b> its address."}, "1"),
    ):
        cells = [{**NOTEBOOK["cells"][0], "source": source}]
        metadata = {**NOTEBOOK["metadata"], "aurelius": about}
        (folder / f"{name}.ipynb").write_text(json.dumps({**NOTEBOOK, "cells": cells, "metadata": metadata}))
    yield
    for name in ("for_admins", "failing", "unlisted"):
        (folder / f"{name}.ipynb").unlink()


@pytest.fixture(scope="module")
def viewer(house, dashboards):
    """A viewer's browser."""
    return house["viewer-b"].browser().http


def links(page):
    return re.findall(r'href="([^"]+ipynb)"', page.split("<nav", 1)[1].split("</nav>", 1)[0])


def test_a_page_names_itself_who_looks_and_the_way_to_the_others(viewer):
    page = viewer.get(RENDER + "unlisted.ipynb")
    assert page.status_code == 200
    assert "<h1>Of one object</h1>" in page.text
    assert "Only &lt;b&gt;by&lt;/b&gt; its address." in page.text
    assert "viewer-b@example.com" in page.text
    assert links(page.text) == [RENDER + "failing.ipynb", RENDER + "overview.ipynb"]


def test_a_page_for_admins_is_closed_to_others_and_not_on_their_way(viewer, house):
    refused = viewer.get(RENDER + "for_admins.ipynb")
    assert (refused.status_code, "You may not open this" in refused.text) == (403, True)
    page = house["admin"].browser().http.get(RENDER + "for_admins.ipynb")
    assert page.status_code == 200
    assert RENDER + "for_admins.ipynb" in links(page.text)


def test_a_cell_that_fails_says_so_and_offers_a_way_on_without_a_traceback(viewer):
    page = viewer.get(RENDER + "failing.ipynb").text
    assert "This part could not be drawn" in page
    assert "Go to the start page" in page
    assert "words of a traceback" not in page
    assert "ValueError" not in page


def test_a_page_fetches_nothing_from_elsewhere(viewer, server):
    page = viewer.get(RENDER + "overview.ipynb").text
    assert set(re.findall(r"https?://[^/\"'\s<]+", page)) <= {server.url, "http://www.w3.org"}
    assert '"fullMathjaxUrl": "/voila/templates/aurelius/' in page


def test_what_a_page_fetches_is_there_for_a_viewer(viewer):
    page = viewer.get(RENDER + "overview.ipynb").text
    found = re.findall(r'(?:src|href)="(/voila/[^"]+\.(?:js|css|svg)[^"]*)"', page)
    assert len(found) >= 5
    assert {address: viewer.get(address).status_code for address in found} == dict.fromkeys(found, 200)
