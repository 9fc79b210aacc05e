"""I2: files that would fill memory or mean something else are refused, and the server's memory stays where it was."""

import contextlib
import gzip
import os
import secrets
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from aurelius_kernel.errors import BarsRefused
from server_ext.data.apart import import_apart
from server_ext.data.schemas import ImportQuery

GOOD = b"date,open,high,low,close,volume\n2024-01-02,10,11,9,10.5,1000\n2024-01-03,10.5,12,10,11.5,1200\n"
MEGABYTE = 1_000_000


def gzipped():
    """Ten gigabytes of zeros."""
    return gzip.compress(bytes(100 * MEGABYTE), 9) * 100


def wide():
    """A million columns."""
    names = ",".join(f"c{number}" for number in range(1_000_000)).encode()
    return b"date,open,high,low,close,volume," + names + b"\n2024-01-02,1,1,1,1,1" + b",1" * 1_000_000 + b"\n"


FILES = {
    "ten gigabytes of zeros in gzip": (gzipped, 422),
    "a million columns": (wide, 422),
    "a cell of a hundred megabytes": (lambda: GOOD + b"2024-01-04," + b"9" * (100 * MEGABYTE) + b",1,1,1,1\n", 413),
    "a cell as large as an upload may be": (lambda: GOOD + b"2024-01-04," + b"9" * (60 * MEGABYTE) + b",1,1,1,1\n", 422),
    "a quotation that never ends": (lambda: GOOD + b'"' + b"x,\n" * (10 * MEGABYTE), 422),
}


@contextmanager
def watched(server):
    """The most memory a server takes while something happens, above what it took before, in bytes."""
    seen, stop = [], threading.Event()

    def watch():
        while not stop.wait(0.02):
            seen.append(memory(server))

    before, watching = memory(server), threading.Thread(target=watch, daemon=True)
    watching.start()
    yield lambda: max([before, *seen]) - before
    stop.set()
    watching.join(5)


def memory(server):
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def sent(person, content, **query):
    query = {"instrument": "I" + secrets.token_hex(3).upper(), **query}
    return person.call(
        "POST", "/api/v1/data/import", content=content, headers={"Content-Type": "text/csv"}, params=query, timeout=60
    )


@pytest.mark.parametrize("name", FILES)
def test_i2_a_file_that_would_fill_the_memory_is_refused_and_costs_less_than_200_megabytes(server, house, name):
    make, status = FILES[name]
    content = make()
    sent(house["quant-a"], GOOD)
    with watched(server) as taken:
        try:
            answer = sent(house["quant-a"], content)
        except httpx.WriteError:  # the server answered and closed before all was sent
            answer = None
        assert taken() < 200 * MEGABYTE
    assert status == 413 if answer is None else answer.status_code == status
    with contextlib.suppress(AttributeError):
        assert answer.json()["error"]["message"]
    assert house["quant-a"].get("/health").status_code == 200


def bars(rows):
    """A file of as many minutes, forty bytes each."""
    lines = (f"{1_500_000_000 + minute * 60},10.1234,11.1234,9.1234,10.1234,1000" for minute in range(rows))
    return ("time,open,high,low,close,volume\n" + "\n".join(lines)).encode()


def test_i2_a_large_file_is_imported_beside_the_server_whose_memory_it_does_not_fill(server, house):
    content = bars(200_000)
    with watched(server) as taken:
        answer = sent(house["quant-a"], content, frequency="1min", calendar="24/7")
        assert (answer.status_code, answer.json()["rows_taken"]) == (201, 200_000)
        assert taken() < 6 * len(content)


def test_i2_a_large_file_is_refused_by_row_as_a_small_one_is(house):
    content = bars(100_000) + b"\n1600000000000,1,1,1,1,1\n1400000000,10,11,9,10,1"
    answer = sent(house["quant-a"], content, frequency="1min", calendar="24/7")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bars_refused")
    assert "row 100002" in answer.json()["error"]["fields"]["file"]


def test_i2_an_import_that_takes_more_memory_than_it_may_is_refused(tmp_path):
    path = tmp_path / "large.csv"
    path.write_bytes(bars(200_000))
    query = ImportQuery(instrument="LARGE", frequency="1min", calendar="24/7")
    with pytest.raises(BarsRefused, match="in parts"):
        import_apart(path, query, most_mb=64)


def test_i2_a_gigabyte_that_is_announced_is_refused_before_it_is_sent_and_one_that_is_not_is_cut_off(server, house):
    bearer = house["quant-a"].bearer()["Authorization"]
    head = f"POST /api/v1/data/import?instrument=BIG HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {bearer}\r\n"
    with watched(server) as taken:
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
            raw.sendall(f"{head}Content-Length: {2**30}\r\n\r\n".encode())
            assert raw.recv(1_000).startswith(b"HTTP/1.1 413")
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw, contextlib.suppress(ConnectionError):
            raw.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
            part = b"%x\r\n" % MEGABYTE + b"0" * MEGABYTE + b"\r\n"
            sent_parts = 0
            for _ in range(1_024):
                raw.sendall(part)
                sent_parts += 1
        assert sent_parts < 200
        assert taken() < 200 * MEGABYTE


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + GOOD,
        GOOD.decode().encode("utf-16"),
        GOOD.replace(b",", b";"),
        GOOD.replace(b",", b"\t"),
        GOOD.replace(b"\n", b"\r\n"),
    ],
)
def test_i2_marks_encodings_and_separators_that_are_told_apart_are_read_as_what_they_are(house, content):
    answer = sent(house["quant-a"], content)
    assert (answer.status_code, answer.json()["rows_taken"]) == (201, 2)


@pytest.mark.parametrize(
    "content", [GOOD.replace(b",", b"|!"), GOOD.replace(b",", b" ; , "), GOOD[::-1], GOOD.replace(b"open", b"\xff\xfe")]
)
def test_i2_a_separator_or_an_encoding_that_cannot_be_told_is_refused(house, content):
    answer = sent(house["quant-a"], content)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["file"])
