"""What a worker says of its runs, to a dispatcher that takes silence for its loss."""

import time

import pytest
from distributed import Client

from aurelius_kernel.artifacts import Store
from server_ext.jobs.assignment import Assignment
from server_ext.jobs.outcome import Outcome
from server_ext.jobs.work import BEAT_SECONDS, TOPIC, carry_out
from tests.support.notebooks import write_notebook

SLOW_SECONDS = 2.5 * BEAT_SECONDS
PUTS = 2
"""Of a run that hands over no result: the executed notebook and the log."""


@pytest.fixture
def client():
    with Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None) as client:
        yield client


@pytest.fixture
def assignment(tmp_path, monkeypatch):
    monkeypatch.setenv("AURELIUS_WARM_KERNELS", "off")
    write_notebook(tmp_path / "short.ipynb", "number: int = 0", "print(number)")
    notebook = (tmp_path / "short.ipynb").read_bytes()
    store = tmp_path / "store"
    source = Store(store).put(notebook, kind="notebook")
    return Assignment(
        job_id="one",
        fence=1,
        name="short.ipynb",
        notebook=notebook,
        source=source,
        parameters={},
        store=str(store),
        environment={},
        seconds=60,
    )


def test_a_worker_says_that_it_is_alive_while_a_slow_store_takes_what_came_of_a_run(client, assignment, monkeypatch):
    put, heard = Store.put, []

    def slow(store, *given, **more):
        time.sleep(SLOW_SECONDS)
        return put(store, *given, **more)

    monkeypatch.setattr(Store, "put", slow)
    client.subscribe_topic(TOPIC, lambda _event: heard.append(time.monotonic()))
    report = client.submit(carry_out, assignment, key=assignment.key).result(timeout=60)
    ended = time.monotonic()
    assert report.outcome == Outcome.COMPLETED
    assert max(later - before for before, later in zip(heard, [*heard[1:], ended], strict=True)) < PUTS * SLOW_SECONDS
