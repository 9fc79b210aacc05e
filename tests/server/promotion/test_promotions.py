"""Promotions as rows: asked for on a passed verdict, approved by somebody else where the policy says so, every state on record."""

import pytest
from sqlalchemy import insert, select

from aurelius_kernel.artifacts import Store
from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import ImpossibleRequest, NotFound
from aurelius_kernel.gates import Check, ReadinessFacts, Subject, Verdict, score
from aurelius_kernel.model import RunIdentity, StrategySpec
from server_ext.access.actor import Actor, Method, Origin, Role
from server_ext.accounts import service as accounts
from server_ext.accounts.tables import audit
from server_ext.db.metadata import new_id
from server_ext.errors import Conflict
from server_ext.events import EventLog
from server_ext.events.tables import events
from server_ext.evidence.gates import Scored, newest_row
from server_ext.evidence.tables import verdicts
from server_ext.jobs import queue
from server_ext.jobs.queue import NewJob
from server_ext.policy import policies
from server_ext.policy.schemas import NewPolicy
from server_ext.promotion import promotions
from server_ext.promotion.schemas import Decision, PromotionFilter
from server_ext.research.tables import backtests
from server_ext.strategies import service as strategies
from server_ext.strategies.schemas import NewStrategy

LOG, ORIGIN = EventLog(), Origin()
READY = ReadinessFacts(
    identity=True,
    replayed=True,
    paths_agree=True,
    validation_passed=True,
    crv_metrics=True,
    risk_complete=True,
    policy_violations=(),
    lineage_complete=True,
    healthy=True,
    evidence_hours=1.0,
    limit_hours=24.0,
    reasons=(),
    report=True,
    maturity="candidate",
)
APPROVE = Decision(decision="approve", note="Read it all.")


class Desk:
    """A database with a strategy that passed the product gate, and the people around it."""

    def __init__(self, database, store):
        self.database, self.store = database, store
        self.ann, self.bob, self.eve = self.person("ann"), self.person("bob", Role.ADMIN), self.person("eve")
        self.strategy = self.do(strategies.create, LOG, self.ann, NewStrategy(name="A", strategy_type="trend_following"))
        identity = RunIdentity.of(spec_hash="1" * 64, data_hash="2" * 64, seed=42, engine_version="1")
        spec = StrategySpec.of(type="trend_following", version=1, parameters=self.strategy.parameters)
        self.subject = Subject.of(strategy=spec, instruments=("GOOG",), identity=identity, result="3" * 64)

    def do(self, verb, *args, **more):
        with self.database.writing() as connection:
            return verb(connection, *args, **more)

    def person(self, name, role=Role.QUANT):
        told = {"email": f"{name}@example.com", "name": name.title(), "password_hash": "-", "role": role, "team": None}
        made = self.do(accounts.create_user, ORIGIN, **told)
        return Actor(id=made.id, email=made.email, name=made.name, role=role, team=None, session_id="s", method=Method.BEARER)

    def judged(self, *, passed=True, waivers=()):
        """Keep a verdict of the product gate under the policy in force."""
        limits = self.do(policies.in_force)
        check = Check(check_name="lineage_complete", passed=passed, description="", message="")
        verdict = Verdict.given("product", self.subject, (check,), policy=limits.hash, evidence={}, waivers=waivers)
        self.store.put_document(verdict.document(), kind="verdict")
        about = {"backtest_id": new_id(), "strategy_id": self.strategy.id}
        own = {"owner_id": self.ann.id, "strategy_id": self.strategy.id, "created_at": utc_now()}
        new = NewJob(
            owner_id=self.ann.id,
            team=None,
            kind="backtest",
            notebook="backtest.ipynb",
            source="0" * 64,
            parameters={},
            subject=about,
            timeout=60.0,
        )
        job_id = self.do(queue.enqueue, LOG, new, is_kept=lambda _: True)
        ran = {"id": about["backtest_id"], "job_id": job_id, "spec": {}, "spec_hash": "1" * 64, "seed": 42}
        kept = {"verdict": verdict.hash, "record": verdict.document(), "readiness": {}, "gate": "product", "passed": passed}
        self.do(lambda connection: connection.execute(insert(backtests).values(**own, **ran)))
        self.do(lambda connection: connection.execute(insert(verdicts).values(id=new_id(), **{**own, **about, **kept})))

    def ask(self, *, facts=READY, stale=()):
        scorecard = score(self.subject, facts)
        self.store.put_document(scorecard.document(), kind="scorecard")
        given = self.do(newest_row, self.ann, self.strategy.id, "product")
        scored = Scored(hash=scorecard.hash, record=scorecard.document(), stale=stale)
        return self.do(promotions.ask, LOG, ORIGIN, self.ann, self.store, "It is time.", given, scored)

    def decide(self, who, promotion, decision=APPROVE, stale=()):
        return self.do(promotions.decide, LOG, ORIGIN, who, self.store, promotion.id, decision, stale)

    def two_persons(self):
        self.do(
            policies.set_, LOG, ORIGIN, self.bob, self.store, NewPolicy(limits={"two_person_approval": True}, reason="four eyes")
        )

    def read(self, query):
        with self.database.reading() as connection:
            return connection.execute(query).all()


@pytest.fixture
def desk(database, tmp_path):
    return Desk(database, Store(str(tmp_path / "store")))


def test_without_two_persons_asking_on_a_passed_verdict_is_enough(desk):
    desk.judged()
    made = desk.ask()
    assert (made.state, made.two_persons, made.requested_by, made.reason) == ("approved", False, "ann@example.com", "It is time.")
    assert desk.store.document(made.hash)["verdict"] == made.verdict


def test_with_two_persons_somebody_else_approves_and_every_state_is_kept(desk):
    desk.two_persons()
    desk.judged()
    asked = desk.ask()
    assert asked.state == "requested"
    done = desk.decide(desk.bob, asked)
    assert (done.state, done.previous) == ("approved", asked.hash)
    assert [(one["by"], one["decision"], one["note"]) for one in done.approvals] == [("bob@example.com", "approve", "Read it all.")]
    assert desk.store.document(done.previous)["state"] == "requested"


def test_nobody_approves_what_they_asked_for_themselves_not_even_an_admin(desk):
    desk.two_persons()
    desk.judged()
    asked = desk.ask()
    with pytest.raises(ImpossibleRequest, match="somebody else"):
        desk.decide(desk.ann, asked)
    assert desk.do(promotions.find, desk.ann, asked.id).state == "requested"


def test_what_is_decided_stays_decided_and_may_be_taken_back_only_before(desk):
    desk.two_persons()
    desk.judged()
    rejected = desk.decide(desk.bob, desk.ask(), Decision(decision="reject"))
    with pytest.raises(ImpossibleRequest, match="rejected already"):
        desk.decide(desk.bob, rejected)
    asked = desk.ask()
    with pytest.raises(ImpossibleRequest, match="did not ask"):
        desk.do(promotions.withdraw, LOG, ORIGIN, desk.bob, desk.store, asked.id)
    assert desk.do(promotions.withdraw, LOG, ORIGIN, desk.ann, desk.store, asked.id).state == "withdrawn"


@pytest.mark.parametrize(
    ("verdict", "readiness", "why"),
    [
        ({"passed": False}, {}, "the product gate failed: lineage_complete"),
        ({}, {"stale": ("the data of GOOG have changed since",)}, "the verdict is stale: the data of GOOG have changed since"),
        ({"waivers": ("9" * 64,)}, {}, "the waiver 999999999999 holds no longer"),
    ],
)
def test_a_promotion_is_blocked_with_its_reason(desk, verdict, readiness, why):
    desk.judged(**verdict)
    with pytest.raises(Conflict, match=why):
        desk.ask(**readiness)
    assert desk.do(promotions.list_, desk.bob, PromotionFilter()).total == 0


def test_a_verdict_under_another_policy_promotes_nothing(desk):
    desk.judged()
    desk.two_persons()
    with pytest.raises(Conflict, match="under another policy"):
        desk.ask()


def test_an_approval_is_refused_when_the_verdict_has_become_stale(desk):
    desk.two_persons()
    desk.judged()
    with pytest.raises(ImpossibleRequest, match="the engine is"):
        desk.decide(desk.bob, desk.ask(), stale=("the engine is version 2 now, and was 1",))


def test_every_step_is_audited_and_told_to_the_owner(desk):
    desk.two_persons()
    desk.judged()
    done = desk.decide(desk.bob, desk.ask())
    actions = desk.read(select(audit.c.action, audit.c.actor_id).where(audit.c.target == done.id).order_by(audit.c.seq))
    assert [tuple(row) for row in actions] == [("promotion.requested", desk.ann.id), ("promotion.approve", desk.bob.id)]
    told = desk.read(select(events.c.data, events.c.owner_id).where(events.c.type == "promotion_updated").order_by(events.c.seq))
    assert [(row.data["status"], row.data["by"], row.owner_id) for row in told] == [
        ("requested", "Ann", desk.ann.id),
        ("approved", "Bob", desk.ann.id),
    ]


def test_b2_another_users_promotion_is_not_there(desk):
    desk.judged()
    made = desk.ask()
    with pytest.raises(NotFound):
        desk.do(promotions.find, desk.eve, made.id)
    assert desk.do(promotions.list_, desk.eve, PromotionFilter()).total == 0
    assert desk.do(promotions.list_, desk.bob, PromotionFilter(state="approved")).promotions == [made]
