"""The live half of the hub, without a network: who gets what, in which pieces, and what happens when somebody does not read."""

import pytest

from server_ext.access.visibility import Audience
from server_ext.events.ring import Ring
from server_ext.events.subscriptions import BY_DEFAULT, EVERYTHING
from server_ext.events.views import View
from tests.support.hub_walk import Hall, Line, Person, event, listener, walk


def test_every_listener_gets_what_it_may_see_and_wants():
    hall = Hall()
    ann, bob, boss = listener("ann"), listener("bob"), listener(Person("boss", is_admin=True))
    mate = listener(Person("mate", team="t"))
    for one in (ann, bob, boss, mate):
        hall.live.join(one)
    hall.happen(
        event(1),
        event(2, owner="ann", audience=Audience.OWNER),
        event(3, owner="bob", team="t", audience=Audience.TEAM),
        event(4, audience=Audience.ADMINS),
        event(5, "job_failed"),
    )
    assert [one.line.seqs() for one in (ann, bob, boss, mate)] == [[1, 2], [1, 3], [1, 2, 3, 4], [1, 3]]


def test_events_of_one_tick_go_in_one_piece():
    hall = Hall()
    writes = []
    one = listener()
    one.line.write = lambda data: writes.append(len(data))
    hall.live.join(one)
    hall.happen(*(event(seq) for seq in range(1, 51)))
    assert len(writes) == 1


def test_a_long_tick_goes_in_pieces_that_one_slow_listener_can_hold():
    hall = Hall()
    writes = []
    one = listener()
    one.line.write = lambda data: writes.append(len(data))
    hall.live.join(one)
    hall.happen(*(event(seq, text='{"a":"%s"}' % ("x" * 1_000)) for seq in range(1, 500)))
    assert max(writes) <= 64 * 1024
    assert sum(writes) > 500_000


def test_w5_a_listener_that_does_not_read_holds_one_piece_and_leaves():
    hall = Hall()
    slow, quick = listener(reads=False), listener()
    hall.live.join(slow)
    hall.live.join(quick)
    hall.happen(*(event(seq, text='{"a":"%s"}' % ("x" * 1_000)) for seq in range(1, 500)))
    hall.happen(event(500))
    assert quick.line.seqs() == list(range(1, 501))
    assert len(slow.line.taken) <= 64 * 1024
    assert hall.behind == [slow]
    assert slow.cursor == slow.line.seqs()[-1]


def test_a_listener_that_leaves_in_the_middle_of_a_tick_knows_where_it_stands():
    hall = Hall()
    one, other = listener("ann"), listener("bob")
    hall.live.join(one)
    hall.live.join(other)
    hall.live.take([event(1), event(2)])
    next(iter(hall.live.deliver()))
    hall.live.leave(one)
    hall.live.leave(other)
    assert [one.line.seqs(), other.line.seqs()] == [[1, 2], [1, 2]]
    assert [one.cursor, other.cursor] == [2, 2]


def test_a_listener_that_comes_in_the_middle_of_a_tick_gets_nothing_twice():
    hall = Hall()
    first, late = listener(), listener()
    hall.live.join(first)
    hall.live.take([event(1), event(2)])
    hall.live.join(late)
    list(hall.live.deliver())
    hall.happen(event(3))
    assert [first.line.seqs(), late.line.seqs()] == [[1, 2, 3], [3]]


def test_an_idle_listener_stands_where_the_log_does_though_nothing_was_for_it():
    hall = Hall()
    one = listener("ann")
    hall.live.join(one)
    hall.happen(event(1, owner="bob", audience=Audience.OWNER), event(2, owner="bob", audience=Audience.OWNER))
    hall.live.settle(one)
    assert (one.line.seqs(), one.cursor) == ([], 2)


def test_what_follows_a_number_comes_from_memory_piece_by_piece():
    ring = Ring(0)
    ring.extend(event(seq, text='{"a":"%s"}' % ("x" * 1_000)) for seq in range(1, 200))
    hall = Hall(ring)
    view, cursor, found = View(Person("ann"), BY_DEFAULT), 0, bytearray()
    while cursor < hall.live.newest:
        piece = hall.live.since(view, cursor)
        assert len(piece.data) <= 64 * 1024
        found += piece.data
        cursor = piece.upto
    assert Line(taken=found).seqs() == list(range(1, 200))


def test_many_who_come_back_to_one_place_share_one_piece():
    ring = Ring(0)
    ring.extend(event(seq) for seq in range(1, 100))
    hall = Hall(ring)
    pieces = {id(hall.live.since(View(Person("ann"), BY_DEFAULT), 0).data) for _ in range(10)}
    assert len(pieces) == 1


def test_a_piece_is_never_shared_with_other_eyes_or_other_wishes():
    ring = Ring(0)
    ring.extend([event(1, owner="ann", audience=Audience.OWNER), event(2, "job_failed", owner="ann")])
    hall = Hall(ring)
    ann, bob = Person("ann"), Person("bob")
    views = [View(ann, BY_DEFAULT), View(bob, BY_DEFAULT), View(ann, EVERYTHING), View(Person("bob", is_admin=True), EVERYTHING)]
    assert [hall.live.since(view, 0).count for view in views] == [1, 0, 2, 2]


@pytest.mark.parametrize("seed", range(2))
def test_w6_in_25_000_random_operations_nobody_gets_a_foreign_event_and_nobody_misses_one(seed):
    """The benchmark takes a million."""
    walked = walk(seed, 25_000)
    assert (walked.foreign, walked.wrong) == (0, 0)
    assert walked.delivered > 10_000
