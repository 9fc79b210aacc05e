"""A crew does each part of the work once, whoever does it, and tells what went wrong in any of them."""

from __future__ import annotations

import os
import threading
import time

import pytest

from aurelius_kernel.engine.fused.threads import Crew, cores


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_every_part_is_done_once(workers):
    done = []
    Crew(workers).share(lambda part, parts: done.append((part, parts)))
    assert sorted(done) == [(part, len(done)) for part in range(len(done))]
    assert len(done) >= workers


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("rows", [0, 1, 3, 1_000])
def test_every_row_is_in_one_part(workers, rows):
    done = []
    Crew(workers).share_rows(rows, lambda part: done.extend(range(rows)[part]))
    assert sorted(done) == list(range(rows))


def test_a_crew_of_one_is_the_calling_thread():
    seen = set()
    Crew(1).share(lambda _part, _parts: seen.add(threading.get_ident()))
    assert seen == {threading.get_ident()}


def test_what_goes_wrong_with_a_helper_is_raised():
    caller = threading.get_ident()

    def task(_part, _parts):
        if threading.get_ident() != caller:
            raise ValueError("a helper's")
        time.sleep(0.2)

    with pytest.raises(ValueError, match="a helper's"):
        Crew(2).share(task)


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity") or cores() < 2, reason="threads cannot be placed here, or on one core only"
)
def test_helpers_wake_on_another_core_than_the_callers():
    caller, allowed, seen = threading.get_ident(), os.sched_getaffinity(0), {}

    def task(_part, _parts):
        seen[threading.get_ident()] = os.sched_getaffinity(0)
        time.sleep(0.05)

    for _ in range(2):  # the first time they are only begun
        Crew(2).share(task)
    assert seen.pop(caller) == allowed
    assert [len(allowed - places) for places in seen.values()] == [1]


def test_nothing_is_still_being_done_when_the_caller_has_failed():
    caller, begun, ended = threading.get_ident(), threading.Event(), []

    def task(_part, _parts):
        if threading.get_ident() == caller:
            assert begun.wait(10)
            raise ValueError("the caller's")
        begun.set()
        time.sleep(0.05)
        ended.append(True)

    with pytest.raises(ValueError, match="the caller's"):
        Crew(2).share(task)
    assert ended == [True]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_fork_has_helpers_of_its_own():
    Crew(2).share(lambda _part, _parts: None)
    child = os.fork()
    if not child:
        done = []
        Crew(2).share(lambda part, _parts: done.append(part))
        os._exit(0 if sorted(done) == list(range(len(done))) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
