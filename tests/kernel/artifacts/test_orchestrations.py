"""What an orchestration wrote down, read by somebody who only has the store."""

import pytest

from aurelius_kernel.artifacts import Store, orchestrations
from aurelius_kernel.errors import InvalidField

RUN, STAGES = "a" * 64, ("generate", "backtest", "validate")
AT = "2026-01-05T09:00:00Z"


@pytest.fixture
def store(tmp_path):
    """A run whose first stage ended, whose second was cut off and begun again, and whose third is to come."""
    store = Store(str(tmp_path))
    record = {"outcome": "skipped", "message": "A strategy was given.", "evidence": {}, "details": {}}
    address = store.put_document(record, kind="orchestration_stage")
    told = [
        {"event": "started"},
        {"event": "stage_started", "stage": "generate"},
        {"event": "stage_ended", "stage": "generate", "seconds": 0.5, "record": address},
        {"event": "stage_started", "stage": "backtest"},
        {"event": "resumed"},
        {"event": "stage_started", "stage": "backtest"},
    ]
    for line in told:
        orchestrations.write(store, RUN, {"at": AT, **line})
    return store


def test_each_stage_has_its_state_its_times_and_what_it_found(store):
    first, second, third = orchestrations.stages(store, RUN, STAGES)
    assert (first["state"], first["seconds"], first["message"]) == ("skipped", 0.5, "A strategy was given.")
    assert (second["state"], second["attempts"], second["ended_at"], second["message"]) == ("running", 2, None, "")
    assert (third["state"], third["attempts"], third["started_at"]) == ("pending", 0, None)


def test_a_line_that_a_crash_cut_off_is_left_out(store):
    before = orchestrations.stages(store, RUN, STAGES)
    store.files.append(f"orchestrations/{RUN}.jsonl", b'{"at":"2026-01-05T09:0')
    assert orchestrations.stages(store, RUN, STAGES) == before


def test_a_run_is_found_by_the_name_that_it_was_given(store):
    assert orchestrations.called(store, "my-own-run") is None
    orchestrations.call_it(store, RUN, "my-own-run")
    orchestrations.call_it(store, RUN, "my-own-run")
    assert orchestrations.called(store, "my-own-run") == RUN
    assert orchestrations.runs(store) == [RUN]


@pytest.mark.parametrize("alias", ["short", "../../outside", "with a space in it", "x" * 65, ""])
def test_a_name_that_could_be_a_path_is_refused(store, alias):
    with pytest.raises(InvalidField, match="letters, digits and hyphens"):
        orchestrations.call_it(store, RUN, alias)
