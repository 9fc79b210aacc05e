from aurelius_kernel.artifacts import verify


def test_a_sound_store_has_no_fault(store, result):
    store.put_document({"is": "data"}, kind="data")
    assert verify(store) == []


def test_a_changed_byte_is_a_fault_of_that_artifact_alone(store):
    good, bad = (store.put_document({"is": name}, kind="text") for name in ("good", "bad"))
    store.files.write(f"objects/{bad[:2]}/{bad}", b"{}")
    assert [fault.where for fault in verify(store)] == [bad]
    assert verify(store, good) == []
    assert "no longer matches" in verify(store, bad)[0].problem


def test_a_missing_record_and_a_missing_parent_are_faults(store):
    data = store.put_document({"is": "data"}, kind="data")
    result = store.put_document({"is": "result"}, kind="result", parents={"data": data})
    store.files.delete(f"objects/{data[:2]}/{data}")
    assert [(fault.where, fault.problem) for fault in verify(store)] == [(result, f"its data {data[:12]} is missing.")]
    store.files.delete(store.record_paths(result)[0])
    assert "no record" in verify(store)[0].problem


def test_a_pin_or_a_run_without_its_artifact_is_a_fault(store, result):
    store.pins.set("gone", "0" * 64)
    store.runs.record(result.identity, "1" * 64)
    assert [fault.where for fault in verify(store)] == ["pin gone", f"run {result.identity.key[:12]}"]


def test_each_check_is_reported_as_it_is_done(store):
    seen = []
    stored = sorted(store.put_document({"number": number}, kind="text") for number in range(5))
    verify(store, checked=seen.append)
    assert seen == stored
