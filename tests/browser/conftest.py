"""One server, one browser, and the people who sit before it, shared by every test of this folder."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.support import chromium
from tests.support.running import NOTEBOOK, PASSWORD, people
from tests.support.visits import Gallery, Visit, enter, some_work
from tests.support.waiting import until_the_end

BROKEN = {"title": "A page that fails", "listed": False, "permission": "research:read"}


@pytest.fixture(scope="module")
def browser(installed):
    """A browser for each file: while it runs so does its event loop, in which no other test could start one of its own."""
    with chromium.browser() as running:
        yield running


@pytest.fixture(scope="session")
def installed():
    """Where the browser is; a machine without one is told how it comes, by every test at once."""
    try:
        return chromium.chromium()
    except FileNotFoundError as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def gallery(tmp_path_factory, installed):
    """A server with its dashboards, warm; two pages are added, one of which fails."""
    server = Gallery(tmp_path_factory.mktemp("gallery")).prepare().start()
    try:
        failing = [{**NOTEBOOK["cells"][0], "source": "raise ValueError('the words of a traceback')"}]
        metadata = {**NOTEBOOK["metadata"], "aurelius": BROKEN}
        path = server.folder / "notebooks/dashboards/failing.ipynb"
        path.write_text(json.dumps({**NOTEBOOK, "cells": failing, "metadata": metadata}))
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def staff(gallery):
    """An admin, a quant, analysts with and without work, viewers who were shared something, who were not, and who logs out."""
    return people(gallery, "analyst-a", "analyst-b", "viewer-a", "viewer-b", "viewer-c", "quant-a")


@pytest.fixture(scope="session")
def work(staff):
    """A strategy of analyst-a and its completed backtest, which viewer-a may read."""
    analyst = staff["analyst-a"]
    made = some_work(analyst)
    until_the_end(analyst, f"/api/v1/backtests/{made['backtest_id']}/status")
    share = {"email": staff["viewer-a"].email}
    analyst.post(f"/api/v1/backtests/{made['backtest_id']}/shares/", share).raise_for_status()
    return made


@pytest.fixture(scope="module")
def contexts(browser, staff):
    """The browser of each person, signed in, with what it has kept of the pages before."""
    made = {}

    def of(name):
        if name not in made:
            context = browser.new_context(viewport={"width": 1360, "height": 900}, accept_downloads=True)
            context.set_default_timeout(30_000)
            made[name] = enter(context, staff[name])
        return made[name]

    yield of
    for context in made.values():
        context.close()


@pytest.fixture
def visit(contexts, gallery) -> Callable[[str], Visit]:
    """Visit the dashboards as somebody; at the end, nothing must have been complained of or fetched from elsewhere."""
    made: list[Visit] = []

    def of(name: str) -> Visit:
        made.append(Visit.of(contexts(name), gallery.url))
        return made[-1]

    yield of
    for one in made:
        one.page.close()
        assert one.errors == []
        assert one.outside == []


@pytest.fixture
def stranger(browser, gallery):
    """A page in a browser in which nobody is signed in."""
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    context.set_default_timeout(30_000)
    yield Visit.of(context, gallery.url)
    context.close()


@pytest.fixture
def signing_in(stranger):
    """Fill in the login page and send it."""

    def send(email, password=PASSWORD):
        stranger.page.fill("[name=email]", email)
        stranger.page.fill("[name=password]", password)
        stranger.page.click("form button")

    return send
