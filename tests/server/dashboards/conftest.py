"""What the dashboards' tests share."""

from pathlib import Path

import pytest

from aurelius_kernel.views.pages.desk import desk


@pytest.fixture
def checkout():
    """The folder of the project."""
    return Path(__file__).parents[3]


@pytest.fixture
def looking(monkeypatch):
    """Look at the pages as somebody."""

    def look(person, **query):
        monkeypatch.setenv("AURELIUS_URL", person.server.url)
        monkeypatch.setenv("AURELIUS_TOKEN", person.bearer()["Authorization"].removeprefix("Bearer "))
        monkeypatch.setenv("QUERY_STRING", "&".join(f"{name}={value}" for name, value in query.items()))
        desk.cache_clear()

    yield look
    desk.cache_clear()
