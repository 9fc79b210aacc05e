"""Which rows of the table an address has."""

from types import SimpleNamespace

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application

from server_ext.access.permissions import PUBLIC
from server_ext.settings import Settings
from server_ext.web.api import Api
from server_ext.web.call import Call
from server_ext.web.route import Route
from server_ext.web.schema import Empty


async def words(_call: Call) -> Empty:
    """Give the words."""
    return Empty()


async def part(_call: Call, one: str) -> Empty:
    """Give a part."""
    return Empty()


TABLE = (
    Route("GET", "/api/v1/data/instruments", words, PUBLIC),
    Route("GET", "/api/v1/data/{one}/bars", part, PUBLIC),
    Route("DELETE", "/api/v1/data/{one}/bars", part, PUBLIC),
    Route("GET", "/health", words, PUBLIC),
)


@pytest.fixture
def api(tmp_path):
    platform = SimpleNamespace(settings=Settings.read({}, home=tmp_path))
    return lambda base="/", table=TABLE: Api(table, platform, Application([], base_url=base))


def found(api, path):
    """The methods and parts of an address; None where it is left to Jupyter."""
    connection = SimpleNamespace(context=SimpleNamespace(remote_ip="127.0.0.1", protocol="http"))
    asked = RequestStartLine("GET", path, "HTTP/1.1")
    request = HTTPServerRequest(start_line=asked, headers=HTTPHeaders({"Host": "localhost"}), connection=connection)
    endpoint = api.find_handler(request)
    return None if endpoint is None else (sorted(endpoint._routes), list(endpoint._parts))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1/data/instruments", (["GET"], [])),
        ("/api/v1/data/instruments/", (["GET"], [])),
        ("/api/v1/data/SPY/bars", (["DELETE", "GET"], ["SPY"])),
        ("/api/v1/data/instruments/bars", (["DELETE", "GET"], ["instruments"])),
        ("/api/v1/data/a%2Fb%20c/bars?x=1", (["DELETE", "GET"], ["a/b c"])),
        ("/api/v1/data/%ff/bars", ([], [])),
        (f"/api/v1/data/{'x' * 201}/bars", ([], [])),
        ("/api/v1/data//bars", ([], [])),
        ("/api/v1/data", ([], [])),
        ("/api/v1/../contents", ([], [])),
        ("/health", (["GET"], [])),
        ("/health/x", None),
        ("/api/contents", None),
        ("/lab", None),
    ],
)
def test_an_address_has_its_rows_and_parts_and_what_is_not_ours_is_left(api, path, expected):
    assert found(api(), path) == expected


def test_addresses_hang_under_the_base(api):
    assert found(api("/a%40b/"), "/a%40b/health") == (["GET"], [])
    assert found(api("/a%40b/"), "/health") is None


def test_a_row_that_stands_twice_is_refused(api):
    with pytest.raises(ValueError, match="stands twice"):
        api(table=(*TABLE, TABLE[0]))
