from __future__ import annotations

import pytest

from aurelius_kernel.artifacts import Store
from aurelius_kernel.data import install_samples
from aurelius_kernel.validation import open_holdout


@pytest.fixture
def own_home(tmp_path, monkeypatch):
    """A home of one's own, since a lock is for good."""
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path))
    install_samples()


def test_a_lock_is_shown_with_the_looks_at_it(own_home, aurelius):
    locked = aurelius("holdout", "lock", "GOOG", "--start", "2011-01-01", "--json")
    assert (locked.code, locked.document["start"]) == (0, "2011-01-01")
    with open_holdout("GOOG", reason="the product gate", store=Store()):
        pass
    (shown,) = aurelius("holdout", "list", "--json").document
    assert [shown[name] for name in ("instrument", "start", "looks", "grade", "level")] == ["GOOG", "2011-01-01", 1, "A", 0.025]
    assert "GOOG" in aurelius("holdout", "list").out


def test_a_lock_from_another_day_is_asked_wrongly(own_home, aurelius):
    aurelius("holdout", "lock", "GOOG", "--start", "2011-01-01")
    refused = aurelius("holdout", "lock", "GOOG", "--start", "2012-01-01")
    assert refused.code == 2
    assert "a lock stays" in refused.err
