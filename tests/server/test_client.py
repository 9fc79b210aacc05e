"""ak.Client against a real server: every route has its call, and events survive a restart."""

import ast
import inspect
import re
import threading
import time

import pytest

import aurelius_kernel as ak
from aurelius_kernel.client import ApiError, Client
from server_ext.routes import ROUTES
from tests.support.running import PASSWORD, Server, people

CSV = b"date,open,high,low,close,volume\n2024-01-02,10,11,9,10.5,1000\n2024-01-03,10.5,12,10,11.5,1200\n"


@pytest.fixture
def client(server, house):
    with ak.Client(server.url) as client:
        client.login("quant-a@example.com", PASSWORD)
        yield client


def plain(path):
    """A path without the names in it; one call asks for a report in any format, one for any table."""
    anonymous = re.sub(r"{[^}]*}", "{}", path)
    return re.sub(r"/(trades|orders|equity)\.csv$", "/{}.csv", re.sub(r"/report\.(pdf|xlsx|html|json)$", "/report.{}", anonymous))


def test_every_route_has_its_call():
    sources = [*(kind for kind in Client.__mro__ if kind is not object), inspect.getmodule(ak.client.EventStream)]
    text = "\n".join(ast.unparse(ast.parse(inspect.getsource(one))) for one in sources)
    sent = {(method, plain(path)) for method, path in re.findall(r"'(GET|POST|PATCH|DELETE)', f?'([^']+)'", text)}
    sent |= {("POST", f"/api/auth/{call}") for call in re.findall(r"_enter\('(\w+)'", text)}
    assert {(route.method, plain(route.path)) for route in ROUTES} - sent == set()


def test_a_strategy_is_made_changed_checked_and_deleted(client):
    made = client.create_strategy("Mine", "trend_following", fast=5)
    changed = client.change_strategy(made.id, parameters={"slow": 30})
    assert (made.parameters["fast"], changed.version, changed.parameters["slow"]) == (5, 2, 30)
    assert [version.version for version in client.strategy(made.id).versions] == [2, 1]
    assert client.validate_strategy(made.id).valid
    assert made.id in {strategy.id for strategy in client.strategies(q="Mine").strategies}
    client.delete_strategy(made.id)
    with pytest.raises(ApiError) as gone:
        client.strategy(made.id)
    assert (gone.value.code, gone.value.status) == ("not_found", 404)
    assert gone.value.request_id


def test_a_refusal_names_the_field(client):
    with pytest.raises(ak.AureliusError) as refused:
        client.create_strategy("Mine", "trend_following", fast=-1)
    assert (refused.value.code, list(refused.value.fields)) == ("invalid_field", ["fast"])


def test_bars_are_sent_and_read(client, tmp_path):
    (tmp_path / "bars.csv").write_bytes(CSV)
    assert client.import_bars(tmp_path / "bars.csv", "CLIENTX").rows_taken == 2
    assert [bar.close for bar in client.bars("CLIENTX", start="2024-01-03").bars] == [11.5]
    assert client.instruments(q="CLIENTX").total == 1


def test_an_admin_manages_accounts(server, house):
    with ak.Client(server.url, token=house["admin"].tokens["access_token"]) as admin:
        made = admin.create_user("managed@example.com", PASSWORD, "Man Aged")
        assert admin.change_user(made.id, role="viewer").role == "viewer"
        admin.remove_user(made.id)
        assert not admin.user(made.id).is_active
        invitation = admin.invite(role="viewer")
        assert invitation.url
        admin.withdraw_invitation(invitation.id)
        assert admin.audit(limit=1).entries[0].action == "invitation.withdrawn"
        assert admin.users(q="managed").total == 1
        assert admin.invitations().total >= 0


def test_a_session_renews_itself(server, house):
    with ak.Client(server.url) as client:
        client.login("quant-b@example.com", PASSWORD)
        client._transport.sign_in("expired", client._transport._refresh)
        assert client.verify().email == "quant-b@example.com"
        client.logout()
        with pytest.raises(ApiError, match="not valid"):
            client.verify()


def test_the_platform_says_how_it_does(client):
    assert client.health().status == client.status().status == "ok"
    assert client.openapi()["openapi"] == "3.1.0"
    assert client.ws_ticket().expires_in == 30
    assert "trend_following" in {family.type for family in client.strategy_types()}


def test_events_are_taken_up_again_after_the_server_was_killed(tmp_path):
    server = Server(tmp_path).start()
    try:
        people(server)
        with ak.Client(server.url) as client, ak.Client(server.url) as listener:
            client.login("admin@example.com", PASSWORD)
            listener.login("admin@example.com", PASSWORD)
            stream, seen = listener.events(types=["strategy_created"]), []
            reader = threading.Thread(
                target=lambda: seen.extend(next(stream).data["strategies"][0]["name"] for _ in range(6)), daemon=True
            )
            reader.start()
            for number in range(3):
                client.create_strategy(str(number), "trend_following")
            server.stop(9)
            time.sleep(0.5)
            server.start()
            for number in range(3, 6):
                client.create_strategy(str(number), "trend_following")
            reader.join(30)
        assert seen == ["0", "1", "2", "3", "4", "5"]
    finally:
        server.stop()
