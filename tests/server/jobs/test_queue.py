"""The queue as transactions: taken in with an event, claimed once and fairly, fenced, ended once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import InvalidField, RunFailed
from server_ext.access.actor import Actor, Method, Origin, Role
from server_ext.accounts import service as accounts
from server_ext.errors import Conflict, TooManyRequests
from server_ext.events import EventLog
from server_ext.events.tables import events
from server_ext.jobs import queue, service
from server_ext.jobs.queue import NewJob, Result, Step
from server_ext.jobs.schemas import JobFilter
from server_ext.jobs.states import State
from server_ext.jobs.storable import check_storable
from server_ext.jobs.tables import jobs
from server_ext.sharing import service as sharing
from server_ext.sharing.schemas import NewShare
from server_ext.sharing.service import Kind

LOG = EventLog()
DONE = Result(state=State.COMPLETED, result="r" * 64, found={"metrics": {"total_return": 0.155}}, executed="e" * 64, seconds=1.5)


class House:
    """A database with people in it, and the queue's verbs in one transaction each."""

    def __init__(self, database):
        self.database = database

    def do(self, service, *args, **more):
        with self.database.writing() as connection:
            return service(connection, *args, **more)

    def person(self, name, role=Role.QUANT):
        made = self.do(
            accounts.create_user, Origin(), email=f"{name}@example.com", name=name, password_hash="-", role=role, team=None
        )
        return Actor(id=made.id, email=made.email, name=name, role=role, team=None, session_id="s", method=Method.BEARER)

    def queue(self, owner, *, is_kept=lambda _: True, **more):
        values = {"kind": "backtest", "notebook": "backtest.ipynb", "subject": {"backtest_id": "b", "strategy_id": "s"}, **more}
        new = NewJob(owner_id=owner.id, team=None, source="0" * 64, parameters={}, timeout=60.0, **values)
        return self.do(queue.enqueue, LOG, new, is_kept=is_kept)

    def claim(self, slots=1, per_owner=100, **more):
        return self.do(queue.claim, LOG, slots=slots, per_owner=per_owner, **more)

    def finish(self, claim, result=DONE):
        return self.do(queue.finish, LOG, claim.id, claim.fence, result)

    def row(self, job_id):
        with self.database.reading() as connection:
            return connection.execute(select(jobs).where(jobs.c.id == job_id)).one()

    def told(self):
        with self.database.reading() as connection:
            return [(row.type, row.data) for row in connection.execute(select(events).order_by(events.c.seq))]

    def kinds(self):
        return [kind for kind, _ in self.told()]


@pytest.fixture
def house(database):
    return House(database)


@pytest.fixture
def ada(house):
    return house.person("ada")


def test_a_job_goes_from_queued_to_completed_and_each_step_is_told(house, ada):
    job_id = house.queue(ada)
    [claim] = house.claim()
    assert house.finish(claim)
    row = house.row(job_id)
    assert (row.state, row.progress, row.attempt, row.result) == ("completed", 1.0, 1, "r" * 64)
    assert house.kinds() == ["backtest_queued", "backtest_started", "backtest_completed"]
    assert house.told()[-1][1]["metrics"] == {"total_return": 15.5}


def test_a_queued_job_and_its_event_are_one_transaction(house, ada):
    def fail_after(connection):
        new = NewJob(owner_id=ada.id, team=None, kind="notebook", notebook="n", source="0", parameters={}, subject={}, timeout=1.0)
        queue.enqueue(connection, LOG, new, is_kept=bool)
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        house.do(fail_after)
    assert house.kinds() == []
    with house.database.reading() as connection:
        assert not queue.is_unfinished(connection)


def test_a_job_is_claimed_once_however_many_claim_at_a_time(house, ada):
    ids = {house.queue(ada) for _ in range(12)}
    start = threading.Barrier(4)

    def take(_):
        start.wait()
        return [claim.id for _ in range(4) for claim in house.claim(slots=1)]

    with ThreadPoolExecutor(4) as pool:
        taken = [job_id for found in pool.map(take, range(4)) for job_id in found]
    taken += [claim.id for claim in house.claim(slots=12)]
    assert sorted(taken) == sorted(ids)


def test_f3_a_run_whose_job_was_claimed_anew_changes_nothing(house, ada):
    job_id = house.queue(ada)
    [zombie] = house.claim()
    assert house.do(queue.give_back, LOG, zombie.id, zombie.fence, why="its worker was silent") is State.QUEUED
    assert not house.finish(zombie)
    [second] = house.claim()
    assert second.fence > zombie.fence
    assert not house.finish(zombie)
    step = Step(job_id=job_id, fence=zombie.fence, progress={"fraction": 0.9, "stage": "late"})
    assert house.do(queue.keep_steps, LOG, [step]) == {job_id}
    assert house.do(queue.give_back, LOG, zombie.id, zombie.fence, why="again") is None
    assert house.row(job_id).progress == 0.0
    assert house.finish(second)
    assert not house.finish(second)
    assert house.kinds().count("backtest_completed") == 1


def test_a_job_that_is_lost_every_time_ends_after_a_few(house, ada):
    job_id = house.queue(ada)
    states = []
    for _ in range(queue.ATTEMPTS):
        [claim] = house.claim()
        states.append(house.do(queue.give_back, LOG, claim.id, claim.fence, why="its worker was lost"))
    assert states == [State.QUEUED] * (queue.ATTEMPTS - 1) + [State.FAILED]
    assert "its worker was lost" in house.row(job_id).error
    assert house.kinds()[-2:] == ["backtest_failed", "notification"]
    assert house.claim() == []


def test_a_failure_is_told_in_a_sentence_and_by_a_notification(house, ada):
    house.queue(ada)
    [claim] = house.claim()
    house.finish(claim, Result(state=State.FAILED, error=RunFailed("In [2] of backtest.ipynb failed: ValueError: no.")))
    (_, failed), (_, notice) = house.told()[-2:]
    assert failed["error"] == "In [2] of backtest.ipynb failed: ValueError: no."
    assert (notice["level"], notice["link"]) == ("error", f"/api/v1/jobs/{claim.id}")


def test_turns_are_fair_between_accounts(house, ada):
    bob, cleo = house.person("bob"), house.person("cleo")
    for owner in (ada, ada, ada, ada, bob, bob, cleo):
        house.queue(owner)
    order = [claim.owner_id for _ in range(7) for claim in house.claim(slots=1)]
    assert order == [ada.id, bob.id, cleo.id, ada.id, bob.id, ada.id, ada.id]


def test_no_account_runs_more_than_its_share_and_finished_jobs_make_room(house, ada):
    for _ in range(4):
        house.queue(ada)
    claims = house.claim(slots=10, per_owner=2)
    assert len(claims) == 2
    assert house.claim(slots=10, per_owner=2) == []
    house.finish(claims[0])
    assert len(house.claim(slots=10, per_owner=2)) == 1


def test_among_ones_own_the_higher_priority_goes_first_then_the_older(house, ada):
    low, first, second, high = (house.queue(ada, priority=priority) for priority in (-1, 0, 0, 5))
    assert [claim.id for _ in range(4) for claim in house.claim()] == [high, first, second, low]


def test_a_job_that_is_to_wait_is_left_alone(house, ada):
    later, now = house.queue(ada), house.queue(ada)
    assert [claim.id for claim in house.claim(slots=5, waiting=[later])] == [now]


def test_a_question_that_was_answered_is_answered_again_at_once(house, ada):
    house.queue(ada, identity="q" * 64)
    [claim] = house.claim()
    house.finish(claim)
    again = house.row(house.queue(ada, identity="q" * 64))
    assert (again.state, again.result, again.attempt) == ("completed", "r" * 64, 0)
    assert house.kinds()[-2:] == ["backtest_queued", "backtest_completed"]
    assert house.row(house.queue(ada, identity="p" * 64)).state == "queued"
    cleaned_away = house.queue(ada, identity="q" * 64, is_kept=lambda _: False)
    assert house.row(cleaned_away).state == "queued"


def test_a_failed_answer_is_no_answer(house, ada):
    house.queue(ada, identity="q" * 64)
    [claim] = house.claim()
    house.finish(claim, Result(state=State.FAILED, error=RunFailed("no")))
    assert house.row(house.queue(ada, identity="q" * 64)).state == "queued"


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_marked(house, ada):
    waiting, running = house.queue(ada, priority=-1), house.queue(ada)
    [claim] = house.claim()
    assert claim.id == running
    assert house.do(service.cancel, LOG, ada, waiting).status is State.CANCELLED
    assert house.do(service.cancel, LOG, ada, running).status is State.RUNNING
    with house.database.reading() as connection:
        assert queue.cancelling(connection, [waiting, running]) == {running}
    assert house.do(queue.give_back, LOG, claim.id, claim.fence, why="its worker was lost") is State.CANCELLED
    for job_id in (waiting, running):
        with pytest.raises(Conflict):
            house.do(service.cancel, LOG, ada, job_id)
    assert house.kinds().count("backtest_cancelled") == 2


def test_what_a_job_prints_is_there_while_it_runs_and_gone_from_the_table_after(house, ada):
    job_id = house.queue(ada)
    [claim] = house.claim()
    for text in ("one\n", "two\n"):
        house.do(queue.keep_steps, LOG, [Step(job_id=job_id, fence=claim.fence, text=text)])
    assert house.do(service.output_so_far, ada, job_id)[1] == "one\ntwo\n"
    house.finish(claim)
    assert house.do(service.output_so_far, ada, job_id)[1] == ""


def test_an_account_may_have_so_many_jobs_waiting_and_no_more(house, ada):
    house.queue(ada)
    house.queue(ada)
    house.do(service.check_quota, ada, 3)
    with pytest.raises(TooManyRequests):
        house.do(service.check_quota, ada, 2)
    house.do(service.check_quota, house.person("bob"), 2)


def test_jobs_are_listed_to_their_owner_and_to_admins(house, ada):
    root = house.person("root", Role.ADMIN)
    job_id = house.queue(ada)
    assert house.do(service.list_, ada, JobFilter()).total == 1
    assert house.do(service.list_, root, JobFilter(kind="backtest", status=State.QUEUED)).jobs[0].id == job_id
    assert house.do(service.list_, house.person("bob"), JobFilter()).total == 0


def test_f7_a_clock_that_jumps_back_holds_nothing_up(house, ada):
    job_id = house.queue(ada)
    house.do(lambda connection: connection.execute(update(jobs).values(created_at=house.row(job_id).created_at.replace(year=2099))))
    assert [claim.id for claim in house.claim()] == [job_id]


def test_whatever_a_notebook_says_can_be_kept(house, ada):
    job_id = house.queue(ada)
    [claim] = house.claim()
    odd = {"progress": {"fraction": 0.5, "stage": "half\x00way \ud800"}, "text": "a\x00b \ud800"}
    assert house.do(queue.keep_steps, LOG, [Step(job_id=job_id, fence=claim.fence, **odd)]) == set()
    assert house.do(service.output_so_far, ada, job_id)[1] == "a\ufffdb ?"
    found = {"metrics": {}, "word": "a\x00b", "hash": "h"}
    house.finish(claim, Result(state=State.FAILED, error=RunFailed("no\x00t"), found=found))
    row = house.row(job_id)
    assert (row.error, row.found["word"]) == ("no\ufffdt", "a\ufffdb")


def test_what_is_handed_over_and_too_much_or_too_large_is_left_to_the_store(house, ada):
    for found in ({"number": 10**30}, {"text": "x" * 2**21}):
        job_id = house.queue(ada)
        [claim] = house.claim()
        assert house.finish(claim, Result(state=State.COMPLETED, found=found))
        assert (house.row(job_id).state, house.row(job_id).found) == ("completed", {})


@pytest.mark.parametrize("value", [10**30, "a\x00b", ["\ud800"], {"deep": [10**30]}])
def test_i1_a_parameter_that_cannot_be_kept_is_refused_by_name(value):
    with pytest.raises(InvalidField) as refused:
        check_storable({"good": 1, "bad": value})
    assert list(refused.value.fields) == ["bad"]


def test_retention_drops_notebook_jobs_and_their_shares_and_keeps_backtests_and_what_is_not_over(house, ada):
    old = [house.queue(ada, kind="notebook", subject={}) for _ in range(2)]
    kept = [house.queue(ada), house.queue(ada, kind="notebook", subject={})]
    waiting = house.queue(ada, kind="notebook", subject={}, priority=-1)
    bob = house.person("bob")
    share = (LOG, Origin(), ada, service.own, old[0], NewShare(email=bob.email))
    house.do(sharing.share, *share)
    for claim in house.claim(4):
        house.finish(claim)
    before = utc_now() - timedelta(days=91)
    house.do(lambda connection: connection.execute(update(jobs).where(jobs.c.id.in_([*old, kept[0]])).values(finished_at=before)))
    house.do(lambda connection: connection.execute(update(jobs).where(jobs.c.id == waiting).values(created_at=before)))
    assert sorted(house.do(service.forget, days=90)) == sorted(old)
    assert {job.id for job in house.do(service.list_, ada, JobFilter()).jobs} == {*kept, waiting}
    assert house.do(sharing.readers_of, (Kind.JOB, old[0])) == frozenset()
