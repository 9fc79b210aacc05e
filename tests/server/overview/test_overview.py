"""The overview: counted as the lists count, and told when a number changes, once and to whom it concerns."""

import pytest
from sqlalchemy import select

import aurelius_kernel as ak
from server_ext.access.actor import Role
from server_ext.accounts.tables import users
from server_ext.db.metadata import new_id
from server_ext.events import EventLog
from server_ext.events.tables import events
from server_ext.jobs import queue
from server_ext.jobs.queue import NewJob, Result
from server_ext.jobs.states import State
from server_ext.overview import service
from server_ext.overview.telling import tell_changes
from server_ext.research.tables import backtests
from server_ext.sharing.tables import shares
from server_ext.strategies import service as strategies
from server_ext.strategies.schemas import NewStrategy, StrategyChange
from tests.support.running import PASSWORD

LOG = EventLog()


@pytest.fixture
def town(database):
    return Town(database)


class Town:
    """Verbs on a database, in one transaction each."""

    def __init__(self, database):
        self.database = database
        self.upto = self.read = 0

    def do(self, verb, *args, **more):
        with self.database.writing() as connection:
            return verb(connection, *args, **more)

    def strategy(self, who, name="A"):
        return self.do(strategies.create, LOG, who, NewStrategy(name=name, strategy_type="trend_following"))

    def backtest(self, who, strategy, **metrics):
        """A backtest that ran and found these metrics."""
        about = {"backtest_id": new_id(), "strategy_id": strategy.id}
        new = NewJob(
            owner_id=who.id,
            team=None,
            kind="backtest",
            notebook="backtest.ipynb",
            source="0" * 64,
            parameters={},
            subject=about,
            timeout=60.0,
        )
        job_id = self.do(queue.enqueue, LOG, new, is_kept=lambda _: True)
        row = {"id": about["backtest_id"], "owner_id": who.id, "strategy_id": strategy.id, "job_id": job_id, "spec": {}}
        made = backtests.insert().values(**row, spec_hash="0" * 64, seed=42, created_at=strategy.created_at)
        self.do(lambda connection: connection.execute(made))
        if metrics:
            (claim,) = self.do(queue.claim, LOG, slots=1, per_owner=10)
            self.do(queue.finish, LOG, claim.id, claim.fence, Result(state=State.COMPLETED, found={"metrics": metrics}))
        return about["backtest_id"]

    def share(self, strategy, reader):
        row = {"kind": "strategy", "object_id": strategy.id, "reader_kind": "user", "reader": reader.id}
        made = shares.insert().values(id=new_id(), **row, shared_by=strategy.owner_id, created_at=strategy.created_at)
        self.do(lambda connection: connection.execute(made))

    def listening(self):
        with self.database.reading() as connection:
            return connection.execute(select(users.c.id).where(users.c.name != "away")).scalars().all()

    def stats(self, who):
        return self.do(service.stats, who)

    def told(self):
        """What is told now to each account, by its id."""
        self.upto = tell_changes(self.database, LOG, self.listening(), self.upto)
        query = select(events.c.seq, events.c.data).where(events.c.type == "dashboard_update", events.c.seq > self.read)
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(events.c.seq)).all()
        self.read = max([self.read, *(row.seq for row in rows)])
        return {row.data["user_id"]: row.data["stats"] for row in rows}


def test_an_overview_counts_what_somebody_may_see(town, person):
    ann, bob, admin = person("ann"), person("bob"), person("admin", Role.ADMIN)
    strategy = town.strategy(ann)
    best = town.backtest(ann, strategy, sharpe_ratio=1.5, total_return=0.25)
    town.backtest(ann, strategy, sharpe_ratio=0.5, total_return=0.75)
    town.backtest(ann, strategy, sharpe_ratio=None, total_return=0.0)
    town.backtest(ann, strategy)
    expected = {
        "strategies": 1,
        "backtests": 4,
        "backtests_completed": 3,
        "jobs_running": 0,
        "jobs_waiting": 1,
        "validations": 0,
        "product_gates_passed": 0,
        "best_backtest_id": best,
        "best_sharpe_ratio": 1.5,
        "best_total_return": 25.0,
        "best_among": 3,
    }
    assert town.stats(ann).model_dump() == expected
    assert town.stats(admin).model_dump() == expected
    nothing = dict.fromkeys(expected, 0) | dict.fromkeys(("best_backtest_id", "best_sharpe_ratio", "best_total_return"))
    assert town.stats(bob).model_dump() == nothing


def test_only_the_numbers_that_changed_are_told_and_only_once(town, person):
    ann = person("ann")
    strategy = town.strategy(ann)
    assert town.told()[ann.id] == town.stats(ann).model_dump()
    town.backtest(ann, strategy)
    assert town.told() == {ann.id: {"backtests": 1, "jobs_waiting": 1}}
    assert town.told() == {}


def test_a_change_that_is_taken_back_in_the_same_second_is_not_told(town, person):
    ann = person("ann")
    town.strategy(ann)
    town.told()
    gone = town.strategy(ann, "B")
    town.do(strategies.remove, LOG, ann, gone.id)
    assert town.told() == {}


def test_whom_it_is_shared_with_and_every_admin_are_told_too_and_nobody_else(town, person):
    ann, bob, eve, admin = person("ann"), person("bob"), person("eve"), person("admin", Role.ADMIN)
    strategy = town.strategy(ann)
    assert set(town.told()) == {ann.id, admin.id}
    town.share(strategy, bob)
    town.do(strategies.change, LOG, ann, strategy.id, StrategyChange(name="Z"))
    told = town.told()
    assert set(told) == {bob.id}
    assert told[bob.id]["strategies"] == 1
    assert town.stats(eve).strategies == 0


def test_who_does_not_listen_is_told_nothing(town, person):
    town.strategy(person("away"))
    assert town.told() == {}


def test_two_servers_tell_a_change_once(town, person):
    ann = person("ann")
    town.strategy(ann)
    for _ in range(2):
        tell_changes(town.database, LOG, [ann.id], 0)
    query = select(events.c.seq).where(events.c.type == "dashboard_update")
    with town.database.reading() as connection:
        assert len(connection.execute(query).all()) == 1


def test_the_call_gives_the_numbers_and_a_change_arrives_as_an_event(shop, staff):
    with ak.Client(shop.url) as client:
        client.login("quant-a@example.com", PASSWORD)
        before = client.dashboard_stats()
        assert before.model_dump() == staff["quant-a"].get("/api/v1/dashboard/stats").json()
        start = client.event_page(limit=1_000).upto
        with client.events(after=start, types=["strategy_created", "dashboard_update"]) as news:
            client.create_strategy("Counted", "trend_following")
            while next(news).type != "strategy_created":
                pass
            client.create_strategy("Counted too", "trend_following")
            told = {}
            while told.get("strategies") != before.strategies + 2:
                told = next(news).data.get("stats", {})
        assert client.dashboard_stats().strategies == before.strategies + 2
    assert staff["stranger"].get("/api/v1/dashboard/stats").status_code == 401
