import hashlib
import platform
import re

import pytest

from aurelius_kernel.artifacts import Store, source_hash
from aurelius_kernel.errors import CorruptArtifact, ImpossibleRequest, InvalidField, NotFound

# SHA-256 of "abc", FIPS 180-4 example.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_content_is_stored_under_its_sha256(store):
    assert store.put(b"abc", kind="text", media_type="text/plain") == ABC
    assert store.get(ABC) == b"abc"


def test_empty_content_and_binary_content_come_back_unchanged(store):
    for content in (b"", bytes(range(256)) * 100):
        assert store.get(store.put(content, kind="bytes", media_type="application/octet-stream")) == content


def test_storing_the_same_content_again_keeps_the_first_record(store):
    store.put(b"abc", kind="text", media_type="text/plain")
    first = store.record(ABC)
    assert store.put(b"abc", kind="text", media_type="text/plain") == ABC
    assert store.records(ABC) == [first]
    assert list(store.hashes()) == [ABC]


def test_a_document_is_stored_as_canonical_json(store):
    one = store.put_document({"b": 1, "a": [1.5, None]}, kind="example")
    assert one == store.put_document({"a": [1.5, None], "b": 1}, kind="example")
    assert store.get(one) == b'{"a":[1.5,null],"b":1}'
    assert store.document(one) == {"a": [1.5, None], "b": 1}


def test_the_record_tells_kind_size_and_environment(store):
    record = store.record(store.put(b"abc", kind="text", media_type="text/plain"))
    assert (record.kind, record.media_type, record.size, record.parents) == ("text", "text/plain", 3, ())
    assert record.environment["python"] == platform.python_version()
    assert record.environment["source"] == source_hash()
    assert re.fullmatch(r"[\d.]+", record.environment["packages"]["numpy"])
    assert record.created_at.endswith("Z")


def test_the_same_content_made_from_other_parents_tells_both(store):
    left, right = (store.put(name, kind="result", media_type="text/plain") for name in (b"left", b"right"))
    table = store.put(b"same", kind="table", parents={"result": left}, media_type="text/csv")
    assert table == store.put(b"same", kind="table", parents={"result": right}, media_type="text/csv")
    assert {parent.address for record in store.records(table) for parent in record.parents} == {left, right}


def test_a_parent_that_is_not_stored_is_refused_and_nothing_is_written(store):
    with pytest.raises(NotFound, match="parent"):
        store.put(b"abc", kind="text", parents={"spec": "0" * 64}, media_type="text/plain")
    assert list(store.hashes()) == []


@pytest.mark.parametrize("wrong", [{"kind": "Not A Word"}, {"kind": "text", "media_type": "nonsense"}])
def test_a_malformed_kind_or_media_type_is_refused(store, wrong):
    with pytest.raises(InvalidField):
        store.put(b"abc", **wrong)
    assert list(store.hashes()) == []


def test_eight_characters_of_a_hash_are_enough_when_they_are_unique(store):
    store.put(b"abc", kind="text", media_type="text/plain")
    assert store.resolve(ABC[:8]) == ABC


@pytest.mark.parametrize("reference", [ABC[:7], "no such name", "../../etc/passwd", "", "ffffffff", ABC.upper()])
def test_what_names_no_artifact_is_not_found(store, reference):
    store.put(b"abc", kind="text", media_type="text/plain")
    with pytest.raises(NotFound):
        store.get(reference)


def test_a_prefix_of_two_hashes_is_ambiguous(folder_store):
    folder_store.put(b"abc", kind="text", media_type="text/plain")
    folder_store.files.write(f"objects/ba/{ABC[:20]}{'0' * 44}", b"")
    with pytest.raises(ImpossibleRequest, match="2 artifacts"):
        folder_store.resolve(ABC[:12])


def test_a_changed_byte_is_noticed_on_reading(store):
    store.put(b"abc", kind="text", media_type="text/plain")
    store.files.write(f"objects/ba/{ABC}", b"abd")
    with pytest.raises(CorruptArtifact, match=ABC[:12]):
        store.get(ABC)


def test_storing_again_heals_changed_bytes(store):
    store.put(b"abc", kind="text", media_type="text/plain")
    store.files.write(f"objects/ba/{ABC}", b"abd")
    store.put(b"abc", kind="text", media_type="text/plain")
    assert store.get(ABC) == b"abc"


def test_only_json_can_be_read_as_a_document(store):
    store.put(b"abc", kind="text", media_type="text/plain")
    with pytest.raises(InvalidField, match="text/plain"):
        store.document(ABC)


def test_a_pinned_name_stands_for_its_artifact(store):
    store.put(b"abc", kind="text", media_type="text/plain")
    store.pins.set("best-so-far", ABC)
    assert store.get("best-so-far") == b"abc"
    store.pins.remove("best-so-far")
    assert store.pins.all() == {}


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "0123456789abcdef", "x" * 129])
def test_a_name_that_is_no_name_or_looks_like_a_hash_is_refused(store, name):
    with pytest.raises(InvalidField, match="name"):
        store.pins.set(name, ABC)


def test_the_store_is_in_the_home_unless_the_setting_says_otherwise(tmp_path, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("AURELIUS_STORE", raising=False)
    Store().put(b"abc", kind="text", media_type="text/plain")
    assert hashlib.sha256((tmp_path / "home" / "store" / "objects" / "ba" / ABC).read_bytes()).hexdigest() == ABC
    monkeypatch.setenv("AURELIUS_STORE", str(tmp_path / "elsewhere"))
    assert not Store().exists(ABC)


def test_an_address_of_an_unknown_kind_is_refused():
    with pytest.raises(InvalidField, match="AURELIUS_STORE"):
        Store("nosuchscheme://somewhere")
