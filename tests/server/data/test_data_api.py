"""Market data over HTTP: what there is, its bars, and files that are taken or refused."""

import secrets

import pytest

CSV = {"Content-Type": "text/csv"}
GOOD = b"""date,open,high,low,close,volume
2024-01-02,10,11,9,10.5,1000
2024-01-03,10.5,12,10,11.5,1200
2024-01-04,11.5,12,11,11,900
"""


@pytest.fixture
def name():
    return "T" + secrets.token_hex(3).upper()


def imported(person, name, content=GOOD, headers=CSV, **query):
    return person.call("POST", "/api/v1/data/import", content=content, headers=headers, params={"instrument": name, **query})


def test_a_file_of_bars_is_taken_and_can_be_read_back(house, name):
    taken = imported(house["analyst-a"], name)
    assert taken.status_code == 201, taken.text
    assert (taken.json()["rows_taken"], taken.json()["rows_refused"]) == (3, 0)
    page = house["viewer-a"].get(f"/api/v1/data/{name}/bars", params={"start": "2024-01-03", "limit": 1}).json()
    assert page["total"] == 2
    assert page["bars"] == [
        {"time": "2024-01-03T21:00:00Z", "open": 10.5, "high": 12.0, "low": 10.0, "close": 11.5, "volume": 1200.0}
    ]
    listed = house["viewer-a"].get("/api/v1/data/instruments", params={"q": name}).json()
    assert (listed["total"], listed["instruments"][0]["rows"], listed["instruments"][0]["source"]) == (1, 3, "import")


def test_a_form_with_one_file_is_taken_too(house, name):
    answer = house["quant-a"].http.post(
        "/api/v1/data/import",
        headers=house["quant-a"].bearer(),
        params={"instrument": name},
        files={"file": ("a.csv", GOOD, "text/csv")},
    )
    assert (answer.status_code, answer.json()["rows_taken"]) == (201, 3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not bars at all",
        b"PAR1 but not really",
        GOOD + b"2024-01-04,11.5,12,11,11,900\n",
        GOOD + b"2024-01-05,11,9,12,11,900\n",
        GOOD + b"2024-01-05,11,12,10,-1,900\n",
        GOOD + b"2024-01-05,x,12,10,11,900\n",
        b"date,open,high,low,close,volume\n",
        b"\x00" * 1_000,
        b"date," + b"c," * 100_000 + b"x\n",
    ],
)
def test_i1_i2_a_file_that_is_wrong_is_refused_with_reasons_and_nothing_is_taken(house, name, content):
    answer = imported(house["quant-a"], name, content)
    assert answer.status_code == 422
    assert "file" in answer.json()["error"]["fields"]
    assert house["quant-a"].get("/api/v1/data/instruments", params={"q": name}).json()["total"] == 0


def test_only_an_admin_replaces_bars_that_everybody_uses(house, name):
    assert imported(house["analyst-a"], name).status_code == 201
    assert imported(house["analyst-a"], name, replace=True).status_code == 403
    assert imported(house["admin"], name, GOOD.replace(b"10.5,1000", b"10.6,1000"), replace=True).status_code == 201


def test_a_viewer_imports_nothing(house, name):
    assert imported(house["viewer-a"], name).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/data/NOSUCH/bars", 400),
        ("/api/v1/data/..%2f..%2fetc/bars", 422),
        ("/api/v1/data/x%00y/bars", 422),
    ],
)
def test_b4_an_instrument_that_is_none_is_refused(house, name, path, status):
    imported(house["quant-a"], name)
    answer = house["quant-a"].get(path)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("query", "field"),
    [({"start": "yesterday"}, "start"), ({"start": "2024-02-01", "end": "2024-01-01"}, "start"), ({"limit": 5001}, "limit")],
)
def test_a_window_that_makes_no_sense_is_refused_by_field(house, name, query, field):
    imported(house["quant-a"], name)
    answer = house["quant-a"].get(f"/api/v1/data/{name}/bars", params=query)
    assert answer.status_code in {400, 422}
    assert field in answer.text
