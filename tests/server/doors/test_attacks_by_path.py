"""B4: a path that leaves its folder, however it is written, finds nothing; the file that lies outside is never read."""

import socket

import pytest

CANARY = "canary-of-the-outside"
LEAVING = [
    "../canary.txt",
    "%2e%2e/canary.txt",
    "%2e%2e%2fcanary.txt",
    "..%2fcanary.txt",
    "..%5ccanary.txt",
    "..%252fcanary.txt",
    ".%2e/canary.txt",
    "....//canary.txt",
    "dashboards/../../canary.txt",
    "dashboards%2f..%2f..%2fcanary.txt",
    "../notebooks-x/canary.txt",
    "..%2fnotebooks-x%2fcanary.txt",
    "/{folder}/canary.txt",
    "%2f{folder}%2fcanary.txt",
    "canary.txt%00.ipynb",
    "..%00/canary.txt",
    "..%c0%afcanary.txt",
]
DOORS = [
    "/files/",
    "/static/",
    "/voila/static/",
    "/voila/templates/lab/static/",
    "/voila/files/",
    "/voila/render/",
    "/voila/render/dashboards/",
    "/api/contents/",
    "/nbconvert/html/",
    "/nbextensions/",
    "/lab/extensions/",
    "/api/v1/strategies/",
    "/api/v1/data/",
]


@pytest.fixture(scope="module")
def outside(server):
    """Files beside the folder that is served, one of them in a folder whose name begins like it."""
    (server.folder / "notebooks-x").mkdir(exist_ok=True)
    for path in (server.folder / "canary.txt", server.folder / "notebooks-x/canary.txt"):
        path.write_text(CANARY)
    return str(server.folder).lstrip("/")


def fetched(server, path, headers):
    """The status and the bytes that a path is answered, sent exactly as it is written."""
    head = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Connection: close"]
    head += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall("\r\n".join([*head, "", ""]).encode("latin-1"))
        answer = bytearray()
        while part := line.recv(65_536):
            answer += part
    return int(answer[9:12]), bytes(answer)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("who", ["quant-a", "viewer-a", "stranger"])
def test_b4_no_path_leaves_its_folder(server, house, outside, who, door):
    answers = {path: fetched(server, door + path.format(folder=outside), house[who].bearer()) for path in LEAVING}
    assert [path for path, (_, answer) in answers.items() if CANARY.encode() in answer] == []
    assert {path: status for path, (status, _) in answers.items() if status not in {302, 400, 401, 403, 404, 405, 422}} == {}


def test_b4_what_lies_inside_is_read_by_who_may(server, house):
    status, answer = fetched(server, "/files/private.ipynb", house["quant-a"].bearer())
    assert (status, b"secret source" in answer) == (200, True)
