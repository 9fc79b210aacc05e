"""Small servers for the events' tests."""

import pytest

from tests.support.sockets import SmallServer


@pytest.fixture
def small(tmp_path):
    """Starts small servers on SQLite; they stop with the test."""
    running = []

    def start(**options):
        server = SmallServer(f"sqlite:///{tmp_path / 'aurelius.db'}", tmp_path / "home", **options)
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A small server with usual patience, for tests that do not break it."""
    folder = tmp_path_factory.mktemp("shared")
    server = SmallServer(f"sqlite:///{folder / 'aurelius.db'}", folder / "home")
    yield server
    server.stop()
