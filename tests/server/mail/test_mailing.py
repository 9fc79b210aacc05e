"""Mails of schedules: each run's outcome reaches its people once, whatever servers there are, however the mail server answers."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import time
from datetime import timedelta

import nbformat
import pypdf
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from aurelius_kernel.artifacts import Store
from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import InvalidField
from server_ext.access.actor import Actor, Method, Origin, Role
from server_ext.accounts import service as accounts
from server_ext.events.tables import events
from server_ext.jobs.tables import jobs
from server_ext.mail import addresses, service
from server_ext.mail.sending import keep_mailing
from server_ext.mail.tables import mails
from server_ext.platform import Platform
from server_ext.schedules import firing
from server_ext.schedules import service as schedules
from server_ext.schedules.schemas import NewSchedule, ScheduleChange
from server_ext.settings import Settings
from tests.support.job_faults import write_short_notebook
from tests.support.running import free_port


class PostOffice:
    """A mail server that keeps what it takes, and refuses as often as it is told to."""

    def __init__(self):
        self.taken, self.refusals = [], 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (the name is aiosmtpd's)
        if self.refusals:
            self.refusals -= 1
            return "451 try again later"
        self.taken.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"


@pytest.fixture
def office():
    post = PostOffice()
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    post.port = controller.port
    yield post
    controller.stop()


@pytest.fixture
def house(address, tmp_path, office):
    """A database with a quant and a schedule of hers, and platforms that serve it."""
    write_short_notebook(tmp_path)
    house = House(address, tmp_path, f"smtp://127.0.0.1:{office.port}")
    yield house
    for platform in house.platforms:
        platform.close()


class House:
    """One database, served by as many platforms as a test likes."""

    def __init__(self, address, folder, mail_url):
        self.address, self.folder, self.mail_url, self.platforms = address, folder, mail_url, []
        self.platform = self.server()
        who = {"email": "quant@example.com", "name": "Quant", "password_hash": "-", "role": Role.QUANT, "team": None}
        made = self.do(accounts.create_user, Origin(), **who)
        self.quant = Actor(
            id=made.id, email=made.email, name="Quant", role=Role.QUANT, team=None, session_id="s", method=Method.BEARER
        )

    def server(self):
        given = {"DATABASE_URL": self.address, "AURELIUS_MAIL_URL": self.mail_url, "AURELIUS_MAIL_FROM": "aurelius@example.com"}
        settings = Settings.read(given, home=self.folder / "home", store=str(self.folder / "store"))
        self.platforms.append(Platform.start(settings, folder=self.folder))
        return self.platforms[-1]

    def do(self, work, *args, **more):
        with self.platform.database.writing() as connection:
            return work(connection, *args, **more)

    def all(self, table):
        with self.platform.database.reading() as connection:
            return connection.execute(select(table)).all()

    def fired(self, *recipients, name="Weekly"):
        """A schedule that was due, and the job it started."""
        wanted = {"name": name, "notebook": "short.ipynb", "cron": "0 9 * * fri", "mail_to": list(recipients)}
        made = self.do(schedules.create, self.quant, NewSchedule(**wanted))
        with self.platform.database.reading() as connection:
            row = firing.owned(connection, made.id)
        new = firing.job_of(self.platform.settings, self.folder, self.quant, row)
        return made.id, self.do(firing.start_now, self.platform, self.quant, made.id, new).job_id

    def ended(self, job_id, **more):
        values = {"state": "completed", "executed": None, **more}
        self.do(lambda connection: connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values)))

    def mailed(self, *platforms, seconds=1.5, until=lambda: False):
        """Let the servers mail for a while, at most until something is so."""

        async def work():
            tasks = [asyncio.create_task(keep_mailing(platform)) for platform in platforms or [self.platform]]
            end = time.monotonic() + seconds
            while time.monotonic() < end and not until():
                await asyncio.sleep(0.1)
            await asyncio.sleep(0.2)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run(work())


def executed(store):
    """An executed notebook in the store."""
    output = nbformat.v4.new_output("stream", text="the answer is 42")
    cell = nbformat.v4.new_code_cell("print('the answer is', 42)", outputs=[output])
    return store.put(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode(), kind="notebook")


def test_the_outcome_of_a_run_is_mailed_with_its_notebook_on_paper(house, office):
    _, job_id = house.fired("boss@example.com", "desk@example.com")
    house.mailed(seconds=0.3)
    assert office.taken == []
    house.ended(job_id, executed=executed(Store(house.platform.settings.store)))
    house.mailed(seconds=120, until=lambda: office.taken)
    (recipients, mail), *others = office.taken
    assert (sorted(recipients), others) == (["boss@example.com", "desk@example.com"], [])
    assert mail["Subject"] == "Weekly is done"
    assert mail["From"].addresses[0].addr_spec == "aurelius@example.com"
    paper = next(mail.iter_attachments())
    assert (paper.get_filename(), paper.get_content_type()) == ("notebook.pdf", "application/pdf")
    assert "the answer is 42" in pypdf.PdfReader(io.BytesIO(paper.get_content())).pages[0].extract_text()
    assert [row.state for row in house.all(mails)] == ["sent"]


def test_a_failure_is_told_in_the_mail(house, office):
    _, job_id = house.fired("boss@example.com")
    house.ended(job_id, state="failed", error="The notebook failed: no such luck.")
    house.mailed(seconds=30, until=lambda: office.taken)
    assert office.taken[0][1]["Subject"] == "Weekly failed"
    assert "no such luck" in office.taken[0][1].get_body().get_content()


def test_several_servers_send_a_mail_once(house, office):
    for _ in range(3):
        house.ended(house.fired("boss@example.com")[1])
    house.mailed(house.platform, house.server(), house.server(), seconds=30, until=lambda: len(office.taken) == 3)
    assert len(office.taken) == 3
    assert len({mail["Message-ID"] for _, mail in office.taken}) == 3


def test_a_mail_that_is_refused_is_sent_later(house, office):
    office.refusals = 1
    house.ended(house.fired("boss@example.com")[1])
    house.mailed(seconds=30, until=lambda: house.all(mails)[0].error)
    row = house.all(mails)[0]
    assert (row.state, row.attempts, office.taken) == ("waiting", 1, [])
    assert "451" in row.error
    assert timedelta(seconds=30) < row.next_at - utc_now() < timedelta(seconds=70)
    house.do(lambda connection: connection.execute(update(mails).values(next_at=utc_now())))
    house.mailed(seconds=30, until=lambda: office.taken)
    assert [row.state for row in house.all(mails)] == ["sent"]
    assert len(office.taken) == 1


def test_after_the_eighth_refusal_the_owner_is_told(house):
    house.ended(house.fired("boss@example.com")[1])
    house.do(lambda connection: connection.execute(update(mails).values(attempts=7)))
    row = house.all(mails)[0]
    house.do(service.failed, house.platform.log, row, "the mail server answered 550 no such box")
    assert house.all(mails)[0].state == "failed"
    told = [event for event in house.all(events) if event.type == "notification"]
    assert "could not be sent: the mail server answered 550" in str(told[-1].data)


def test_a_mail_whose_sender_died_is_sent_by_another_after_ten_minutes(house, office):
    house.ended(house.fired("boss@example.com")[1])
    with house.platform.database.reading() as connection:
        waiting = service.due(connection, utc_now())[0]
    assert house.do(service.claim, waiting, utc_now())
    assert not house.do(service.claim, waiting, utc_now())
    with house.platform.database.reading() as connection:
        assert service.due(connection, utc_now()) == []
        assert [mail.id for mail in service.due(connection, utc_now() + timedelta(minutes=11))] == [waiting.id]


def test_recipients_are_changed_and_taken_away(house):
    schedule_id, _ = house.fired("boss@example.com")
    assert house.do(schedules.find, house.quant, schedule_id).mail_to == ["boss@example.com"]
    changed = house.do(schedules.change, house.quant, schedule_id, ScheduleChange(mail_to=["desk@example.com"]))
    assert changed.mail_to == ["desk@example.com"]
    assert house.do(schedules.change, house.quant, schedule_id, ScheduleChange(name="Other")).mail_to == ["desk@example.com"]
    assert house.do(schedules.change, house.quant, schedule_id, ScheduleChange(mail_to=[])).mail_to == []


def test_a_name_cannot_write_headers(house, office):
    house.ended(house.fired("boss@example.com", name="Weekly Bcc: other@example.com")[1])
    house.mailed(seconds=30, until=lambda: office.taken)
    recipients, mail = office.taken[0]
    assert (recipients, mail["Bcc"]) == (["boss@example.com"], None)
    with pytest.raises(ValueError, match="printable"):
        NewSchedule(name="Weekly\r\nBcc: other@example.com", notebook="short.ipynb", cron="0 9 * * fri")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "mail_to needs a mail server: an admin names one by AURELIUS_MAIL_URL"),
        ({"AURELIUS_MAIL_DOMAINS": ""}, "mail_to may hold addresses at example.com only, not me@elsewhere.com"),
        ({"AURELIUS_MAIL_DOMAINS": "desk.com, bank.com"}, "mail_to may hold addresses at desk.com, bank.com only"),
    ],
)
def test_addresses_that_may_not_be_written_to_are_refused(tmp_path, given, problem):
    server = {"AURELIUS_MAIL_URL": "smtps://mail.example.com", "AURELIUS_MAIL_FROM": "aurelius@example.com"} if given else {}
    settings = Settings.read({**server, **given}, home=tmp_path)
    with pytest.raises(InvalidField, match=problem):
        addresses.check(settings, ["me@elsewhere.com"])


def test_any_domain_may_be_allowed(tmp_path):
    given = {"AURELIUS_MAIL_URL": "smtps://h", "AURELIUS_MAIL_FROM": "a@b.com", "AURELIUS_MAIL_DOMAINS": "*"}
    addresses.check(Settings.read(given, home=tmp_path), ["me@elsewhere.com"])


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"AURELIUS_MAIL_URL": "http://mail"}, "AURELIUS_MAIL_URL must be smtp:// or smtps:// and a host"),
        ({"AURELIUS_MAIL_URL": "smtp://"}, "AURELIUS_MAIL_URL must be smtp:// or smtps:// and a host"),
        ({"AURELIUS_MAIL_URL": "smtp://mail", "AURELIUS_MAIL_FROM": "nobody"}, "AURELIUS_MAIL_FROM must be an address"),
    ],
)
def test_settings_that_cannot_send_are_refused_at_start(tmp_path, given, problem):
    with pytest.raises(InvalidField, match=problem):
        Settings.read(given, home=tmp_path)
