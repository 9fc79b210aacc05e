"""The language model as a proposer, against a real server that speaks the protocol, and one that abuses it."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from aurelius_kernel.errors import InvalidField, RunFailed
from aurelius_kernel.generation import Brief, LanguageModel, configured_proposer

KEY = "sk-a-key-that-nobody-may-see"
BRIEF = Brief(goal="momentum", risk="moderate", instruments=("GOOG",), count=3, families={"breakout": {}})


class Endpoint:
    """A server on a free port that answers every request by a function of its handler."""

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.requests: list[dict] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append({"path": self.path, "key": self.headers.get("Authorization"), "body": json.loads(body)})
                answer(self)

            def log_message(self, *_words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"


@pytest.fixture
def serving():
    servers: list[Endpoint] = []

    def serve(answer: Callable[[BaseHTTPRequestHandler], None]) -> Endpoint:
        servers.append(Endpoint(answer))
        return servers[-1]

    yield serve
    for one in servers:
        one.server.shutdown()
        one.server.server_close()


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def saying(content: str) -> Callable[[BaseHTTPRequestHandler], None]:
    body = json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()
    return lambda handler: send(handler, body)


PROPOSAL = {"family": "breakout", "parameters": {"lookback": 30}, "why": "a month and a half"}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"proposals": [PROPOSAL]}),
        json.dumps([PROPOSAL]),
        f"Here you are:\n```json\n{json.dumps({'proposals': [PROPOSAL]})}\n```\nGood luck!",
    ],
)
def test_proposals_come_as_json_fenced_or_not(serving, content):
    endpoint = serving(saying(content))
    model = LanguageModel(url=endpoint.url, model="some-model", key=KEY)
    assert list(model.propose(BRIEF)) == [PROPOSAL]
    (asked,) = endpoint.requests
    assert (asked["path"], asked["key"], asked["body"]["model"]) == ("/v1/chat/completions", f"Bearer {KEY}", "some-model")
    assert json.loads(asked["body"]["messages"][1]["content"])["goal"] == "momentum"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("I would rather talk about the weather.", "no JSON of proposals"),
        ("", "no JSON of proposals"),
        ('{"proposals": 7}', "without a list of proposals"),
        ('{"other": []}', "without a list of proposals"),
        ("[" * 100_000, "no JSON of proposals"),
        ('{"proposals": [NaN]}', "no JSON of proposals"),
    ],
)
def test_an_answer_that_is_none_is_one_sentence(serving, content, said):
    with pytest.raises(RunFailed, match=said):
        list(LanguageModel(url=serving(saying(content)).url, model="m").propose(BRIEF))


@pytest.mark.parametrize(
    "body", [b"\xff\x00garbage", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": 7}}]}', b"null"]
)
def test_bytes_that_are_not_the_protocol_are_one_sentence(serving, body):
    with pytest.raises(RunFailed, match="no JSON of proposals"):
        list(LanguageModel(url=serving(lambda handler: send(handler, body)).url, model="m").propose(BRIEF))


@pytest.mark.parametrize("status", [301, 401, 429, 500])
def test_a_refusal_says_its_number_and_no_redirect_is_followed(serving, status):
    endpoint = serving(lambda handler: send(handler, KEY.encode(), status))
    with pytest.raises(RunFailed, match=f"answered {status}") as caught:
        list(LanguageModel(url=endpoint.url, model="m", key=KEY).propose(BRIEF))
    assert (KEY in str(caught.value), len(endpoint.requests)) == (False, 1)


def test_a_server_that_says_nothing_is_given_up_in_time(serving):
    endpoint = serving(lambda _handler: time.sleep(5))
    began = time.monotonic()
    with pytest.raises(RunFailed, match=r"within 0.3 seconds|could not be asked"):
        list(LanguageModel(url=endpoint.url, model="m", timeout=0.3).propose(BRIEF))
    assert time.monotonic() - began < 4.0


def test_a_server_that_drips_is_given_up_in_time(serving):
    def drip(handler: BaseHTTPRequestHandler) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.02)

    began = time.monotonic()
    with pytest.raises(RunFailed):
        list(LanguageModel(url=serving(drip).url, model="m", timeout=0.4).propose(BRIEF))
    assert time.monotonic() - began < 4.0


def test_an_answer_without_end_is_cut(serving):
    def flood(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1_000):
            handler.wfile.write(b"x" * 65_536)

    with pytest.raises(RunFailed, match="more than 100,000 bytes"):
        list(LanguageModel(url=serving(flood).url, model="m", most_bytes=100_000, timeout=20).propose(BRIEF))


def test_a_server_that_is_not_there_is_one_sentence():
    with pytest.raises(RunFailed, match="could not be asked: ConnectError"):
        list(LanguageModel(url="http://127.0.0.1:9/v1", model="m", timeout=5).propose(BRIEF))


def test_the_key_is_in_no_repr_no_name_no_error_and_no_log(serving, caplog):
    caplog.set_level(logging.DEBUG)
    endpoint = serving(saying("nothing"))
    model = LanguageModel(url=endpoint.url, model="m", key=KEY)
    with pytest.raises(RunFailed) as caught:
        list(model.propose(BRIEF))
    assert KEY not in f"{model!r} {model.name} {caught.value} {caplog.text}"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "ftp://host/v1"}, "https://host/v1"),
        ({"url": "not an address"}, "https://host/v1"),
        ({"url": "https://me:secret@host/v1"}, "without a password"),
        ({"url": "http://example.com/v1", "key": KEY}, "unencrypted"),
        ({"url": "https://host/v1", "model": ""}, "name of a model"),
    ],
)
def test_an_address_that_is_wrong_or_unsafe_is_refused(given, said):
    with pytest.raises(InvalidField, match=said):
        LanguageModel(**{"model": "m", **given})


def test_nothing_is_asked_unless_an_address_is_configured():
    assert configured_proposer({}) is None
    assert configured_proposer({"AURELIUS_PROPOSER_KEY": KEY}) is None


def test_the_environment_configures_a_model():
    given = {"URL": "https://host/v1", "MODEL": "some-model", "KEY": KEY, "TIMEOUT": "5"}
    model = configured_proposer({f"AURELIUS_PROPOSER_{name}": value for name, value in given.items()})
    assert model == LanguageModel(url="https://host/v1", model="some-model", key=KEY, timeout=5.0)


@pytest.mark.parametrize("seconds", ["soon", "0", "-1", "nan", "1e9"])
def test_a_time_that_is_none_is_refused(seconds):
    with pytest.raises(InvalidField, match="AURELIUS_PROPOSER_TIMEOUT"):
        configured_proposer({"AURELIUS_PROPOSER_URL": "https://h/v1", "AURELIUS_PROPOSER_TIMEOUT": seconds})
