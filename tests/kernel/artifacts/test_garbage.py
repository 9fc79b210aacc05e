import os
from datetime import timedelta

import pytest

from aurelius_kernel.artifacts import clean, find_garbage, keep_result, verify
from aurelius_kernel.artifacts.files import content_path
from aurelius_kernel.clock import utc_now

AT_ONCE = {"grace": timedelta(seconds=-1)}


@pytest.fixture
def loose(store):
    return store.put_document({"is": "loose"}, kind="text")


def test_what_nothing_refers_to_can_go_and_looking_touches_nothing(store, loose):
    garbage = find_garbage(store, **AT_ONCE)
    assert ([record.address for record in garbage.artifacts], garbage.size) == ([loose], 14)
    assert store.exists(loose)


def test_what_was_written_a_moment_ago_stays_with_what_it_was_made_from(store, loose):
    store.put_document({"is": "fresh"}, kind="text", parents={"text": loose})
    assert find_garbage(store).artifacts == ()


def test_a_pinned_artifact_keeps_what_it_was_made_from(store, loose):
    spec = store.put_document({"is": "spec"}, kind="spec")
    store.pins.set("mine", store.put_document({"is": "result"}, kind="result", parents={"spec": spec}))
    assert [record.address for record in find_garbage(store, **AT_ONCE).artifacts] == [loose]


def test_a_run_keeps_its_result_its_spec_and_the_reports_made_from_it(store, loose, result):
    address = keep_result(store, result)
    other = store.put_document({"is": "other result"}, kind="result")
    report = store.put(b"%PDF", kind="report", parents={"results": [address, other]}, media_type="application/pdf")
    clean(store, find_garbage(store, **AT_ONCE))
    assert [store.exists(one) for one in (address, other, report, loose)] == [True, True, True, False]
    assert verify(store) == []


def test_a_forgotten_run_goes_with_everything_only_it_kept(store, result):
    address = keep_result(store, result)
    garbage = find_garbage(store, forget_runs_before=utc_now() + timedelta(days=1), **AT_ONCE)
    assert [run.result for run in garbage.runs] == [address]
    clean(store, garbage)
    assert (list(store.hashes()), list(store.runs.all())) == ([], [])


def test_a_pinned_result_outlives_its_age(store, result):
    store.pins.set("paper-2020", keep_result(store, result))
    garbage = find_garbage(store, forget_runs_before=utc_now() + timedelta(days=1), **AT_ONCE)
    assert (garbage.artifacts, garbage.runs) == ((), ())


def test_what_the_caller_names_is_kept(store, loose):
    assert find_garbage(store, keep=[loose], **AT_ONCE).artifacts == ()


def test_files_of_writes_cut_off_can_go(folder_store):
    folder_store.files.write("unfinished/1-a", b"half")
    garbage = find_garbage(folder_store, **AT_ONCE)
    clean(folder_store, garbage)
    assert (garbage.unfinished, folder_store.files.unfinished()) == (("unfinished/1-a",), [])


def test_what_is_stored_again_counts_as_new(folder_store):
    address = folder_store.put_document({"is": "asked again"}, kind="text")
    os.utime(folder_store.files.folder / content_path(address), (0, 0))
    assert [record.address for record in find_garbage(folder_store).artifacts] == [address]
    folder_store.put_document({"is": "asked again"}, kind="text")
    assert find_garbage(folder_store).artifacts == ()
