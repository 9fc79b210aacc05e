import pytest

from aurelius_kernel.artifacts import find_result, keep_result, lineage, load_result
from aurelius_kernel.errors import InvalidField, RunFailed
from aurelius_kernel.model import RunIdentity


def test_a_result_is_kept_under_its_own_hash_and_comes_back_whole(store, result):
    assert keep_result(store, result) == result.hash
    assert load_result(store, result.hash[:8]).canonical_bytes == result.canonical_bytes


def test_a_kept_result_answers_from_which_spec_and_data(store, result):
    keep_result(store, result)
    steps = {step.role: store.document(step.address) for step in lineage(store, result.hash)[1:]}
    assert steps["spec"] == result.spec.document()
    assert steps["data"]["data_hash"] == result.identity.data_hash
    assert (steps["data"]["first"], steps["data"]["last"]) == ("2020-01-02T00:00:00Z", "2020-01-04T00:00:00Z")
    assert steps["data"]["provenance"]["ACME"]["provider"] == "made for this test"


def test_the_address_of_the_spec_is_the_spec_hash_of_the_identity(store, result):
    keep_result(store, result)
    assert store.exists(result.identity.spec_hash)


def test_a_run_asked_before_is_answered_from_the_store(store, result):
    assert find_result(store, result.identity) is None
    keep_result(store, result)
    assert find_result(store, result.identity).hash == result.hash


def test_another_seed_is_another_run(store, result):
    keep_result(store, result)
    assert find_result(store, RunIdentity.of({**result.identity.document(), "seed": 7})) is None


def test_a_run_whose_result_was_removed_is_asked_anew(store, result):
    keep_result(store, result)
    store.files.delete(f"objects/{result.hash[:2]}/{result.hash}")
    assert find_result(store, result.identity) is None


def test_the_same_identity_with_another_result_is_not_accepted(store, result, another_result):
    keep_result(store, result)
    with pytest.raises(RunFailed, match="not deterministic"):
        keep_result(store, another_result)
    assert find_result(store, result.identity).hash == result.hash


def test_keeping_a_result_twice_is_the_same_as_once(store, result):
    keep_result(store, result)
    before = list(store.hashes())
    assert keep_result(store, result) == result.hash
    assert list(store.hashes()) == before


def test_an_artifact_of_another_kind_is_no_result(store):
    with pytest.raises(InvalidField, match="kind text"):
        load_result(store, store.put_document({}, kind="text"))
