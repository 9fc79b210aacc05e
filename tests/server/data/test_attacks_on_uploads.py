"""I2: files that would fill memory or mean something else are refused, and the server's memory stays where it was."""

import contextlib
import gzip
import os
import secrets
import threading
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

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
