from aurelius_kernel.artifacts import Difference, difference, document_difference


def test_equal_documents_do_not_differ():
    assert document_difference({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}) == []


def test_each_field_that_differs_is_named_by_its_path():
    left = {"costs": {"commission_bps": 5.0}, "seed": 42, "gone": 1, "list": [1, 2, 3]}
    right = {"costs": {"commission_bps": 20.0}, "seed": 42, "new": None, "list": [1, 5]}
    assert document_difference(left, right) == [
        Difference(path="costs.commission_bps", change="changed", left=5.0, right=20.0),
        Difference(path="gone", change="removed", left=1),
        Difference(path="list.1", change="changed", left=2, right=5),
        Difference(path="list.2", change="removed", left=3),
        Difference(path="new", change="added", right=None),
    ]


def test_another_type_is_a_change_even_where_python_calls_the_values_equal():
    assert [one.path for one in document_difference({"a": 1, "b": [True]}, {"a": True, "b": {"0": True}})] == ["a", "b"]


def test_two_artifacts_are_compared_by_reference(store):
    left, right = (store.put_document({"seed": seed}, kind="spec") for seed in (1, 2))
    assert difference(store, left[:12], right[:12]) == [Difference(path="seed", change="changed", left=1, right=2)]
