"""The small rules of the web, one by one."""

import asyncio
import hashlib

import pytest

import server_ext.errors as platform_errors
from aurelius_kernel import errors as kernel_errors
from server_ext import db
from server_ext.settings import Settings
from server_ext.web.body import Body
from server_ext.web.client import client_address
from server_ext.web.cors import cors_headers
from server_ext.web.hosts import answers_to
from server_ext.web.limits import Limits
from server_ext.web.status import STATUS, status_of
from server_ext.web.upload import Upload


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "unknown", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.1, forged", "10.0.0.2"),
    ],
)
def test_b10_an_address_is_believed_from_a_trusted_proxy_only(peer, forwarded, expected):
    assert client_address(peer, forwarded, ["10.0.0.0/24"]) == expected


def test_b8_an_origin_is_compared_letter_by_letter():
    allowed = ("https://trusted.example.com",)
    assert cors_headers("https://trusted.example.com", allowed)["Access-Control-Allow-Origin"] == "https://trusted.example.com"
    for origin in (
        "https://trusted.example.com.evil.com",
        "https://eviltrusted.example.com",
        "http://trusted.example.com",
        "null",
        None,
        "*",
    ):
        assert "Access-Control-Allow-Origin" not in cors_headers(origin, allowed)
    assert "Access-Control-Allow-Credentials" not in cors_headers("https://trusted.example.com", allowed)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("[::1]", True),
        ("192.0.2.1", True),
        ("quant.example.com", True),
        ("lab.internal", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("quant.example.com.evil.example", False),
        ("", False),
    ],
)
def test_b10_the_server_answers_to_its_own_names_and_to_addresses(host, expected):
    settings = Settings.model_construct(public_url="https://quant.example.com", allowed_hosts=("lab.internal",))
    assert answers_to(host, settings) is expected


def test_every_error_of_both_trees_has_a_status():
    found = [
        kind
        for module in (kernel_errors, platform_errors, db)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, kernel_errors.AureliusError)
    ]
    assert {kind.code: status_of(kind.__new__(kind)) for kind in found}["storage_full"] == 503
    assert all(200 < status_of(kind.__new__(kind)) < 600 for kind in found)
    assert len(found) > 20
    assert set(STATUS) <= {kind.code for kind in found}


def test_requests_beyond_the_limit_are_counted_out():
    limits = Limits("3/hour")
    assert [counted(limits, "a").allowed for _ in range(4)] == [True, True, True, False]
    assert counted(limits, "a").remaining == 0
    assert counted(limits, "b").allowed


def counted(limits, who):
    return asyncio.run(limits.count(who))


def body(content):
    made = Body()
    made.add(content)
    return made


@pytest.mark.parametrize("size", [0, 3, 3_000_000])
def test_a_body_is_had_again_as_it_came_however_large(tmp_path, size):
    content = bytes(range(256)) * (size // 256 + 1)
    made = body(content)
    made.save(tmp_path / "saved")
    assert (made.size, made.read(4), made.read()) == (len(content), content[:4], content)
    assert (tmp_path / "saved").read_bytes() == content
    assert made.digest(b"before") == hashlib.sha256(b"before" + content).hexdigest()


def test_a_file_is_taken_from_a_body_or_from_a_form():
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n1,2\r\n--x--\r\n'
    assert Upload(content=body(b"1,2"), content_type="text/csv").file().read() == b"1,2"
    assert Upload(content=body(form), content_type="multipart/form-data; boundary=x").file().read() == b"1,2"
    for upload in (
        Upload(content=body(b""), content_type="text/csv"),
        Upload(content=body(b"--x--"), content_type="multipart/form-data; boundary=x"),
    ):
        with pytest.raises(kernel_errors.InvalidField, match="file"):
            upload.file()
