from aurelius_kernel.artifacts import lineage


def test_the_lineage_of_a_result_names_its_data_spec_and_code(store):
    spec, data, code = (store.put_document({"is": kind}, kind=kind) for kind in ("spec", "data", "code"))
    result = store.put_document({"is": "result"}, kind="result", parents={"code": code, "data": data, "spec": spec})
    report = store.put(b"%PDF", kind="report", parents={"result": result}, media_type="application/pdf")
    told = [(step.depth, step.role, step.address, step.record.kind) for step in lineage(store, report[:10])]
    assert told == [
        (0, "self", report, "report"),
        (1, "result", result, "result"),
        (2, "code", code, "code"),
        (2, "data", data, "data"),
        (2, "spec", spec, "spec"),
    ]


def test_an_ancestor_that_is_reached_twice_is_told_once(store):
    data = store.put_document({"is": "data"}, kind="data")
    left, right = (store.put_document({"is": side}, kind="result", parents={"data": data}) for side in ("left", "right"))
    both = store.put_document({"is": "verdict"}, kind="verdict", parents={"evidence": [left, right]})
    assert [step.address for step in lineage(store, both)].count(data) == 1


def test_an_ancestor_that_is_gone_is_told_without_a_record(store):
    data = store.put_document({"is": "data"}, kind="data")
    result = store.put_document({"is": "result"}, kind="result", parents={"data": data})
    store.files.delete(f"objects/{data[:2]}/{data}")
    assert [(step.role, step.record is None) for step in lineage(store, result)] == [("self", False), ("data", True)]
