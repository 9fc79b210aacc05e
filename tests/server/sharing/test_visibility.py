"""One rule of who may see what, in Python and as conditions on rows: they agree, whatever is drawn."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, String, Table, insert, select

from aurelius_kernel.clock import utc_now
from server_ext.access.actor import Origin, Role
from server_ext.access.visibility import Audience, Reader, can_see
from server_ext.accounts import service
from server_ext.db import Database, schema
from server_ext.sharing.service import Kind, readers_of, visible_to
from server_ext.sharing.tables import shares

OBJECTS = Table("objects", MetaData(), Column("id", String(36)), Column("owner_id", String(36)))
NAMES = "abc"
TEAMS = ["a", "t", "|u|", "%"]


@dataclass(frozen=True)
class Person:
    id: str
    team: str | None = None
    is_admin: bool = False


@dataclass(frozen=True)
class Thing:
    owner_id: str
    readers: frozenset[Reader]
    audience: Audience = Audience.SHARED
    team: str | None = None


people = st.builds(Person, st.sampled_from(NAMES), st.sampled_from([None, *TEAMS]), st.booleans())
readers = st.builds(Reader, st.just("user"), st.sampled_from(NAMES)) | st.builds(Reader, st.just("team"), st.sampled_from(TEAMS))
things = st.builds(Thing, st.sampled_from(NAMES), st.frozensets(readers, max_size=3))


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('visibility') / 'x.db'}")
    schema.upgrade(database.engine)
    OBJECTS.create(database.engine)
    yield database
    database.close()


@pytest.fixture(scope="module")
def sharer(database):
    with database.writing() as connection:
        return service.create_user(connection, Origin(), email="s@example.com", name="s", password_hash="-", role=Role.QUANT).id


@given(people, st.lists(things, max_size=8))
@settings(max_examples=150, deadline=None)
def test_w6_b2_the_rows_that_are_found_are_exactly_those_the_rule_allows(database, sharer, person, drawn):
    with database.writing() as connection:
        connection.execute(OBJECTS.delete())
        connection.execute(shares.delete())
        for number, thing in enumerate(drawn):
            connection.execute(insert(OBJECTS).values(id=str(number), owner_id=thing.owner_id))
            for reader in thing.readers:
                row = {"id": f"{number}-{reader.kind}-{reader.name}", "kind": Kind.STRATEGY, "object_id": str(number)}
                named = {"reader_kind": reader.kind, "reader": reader.name, "shared_by": sharer, "created_at": utc_now()}
                connection.execute(insert(shares).values(**row, **named))
        condition = visible_to(person, Kind.STRATEGY, OBJECTS)
        found = set(connection.execute(select(OBJECTS.c.id).where(condition)).scalars())
        assert [readers_of(connection, (Kind.STRATEGY, str(number))) for number in range(len(drawn))] == [
            thing.readers for thing in drawn
        ]
    assert found == {str(number) for number, thing in enumerate(drawn) if can_see(person, thing)}


def test_w6_a_team_that_bears_an_accounts_id_is_not_that_account():
    thing = Thing("owner", frozenset({Reader("team", "ann")}))
    assert not can_see(Person("ann"), thing)
    assert can_see(Person("bob", "ann"), thing)
    assert not can_see(Person("bob", None), Thing("owner", frozenset({Reader("user", "ann")})))
