"""Firing: each time once whatever servers there are, late ones and overlapping ones as the schedule says."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from aurelius_kernel.clock import utc_now
from server_ext.access.actor import Actor, Method, Origin, Role
from server_ext.accounts import service as accounts
from server_ext.accounts.tables import users
from server_ext.events.tables import events
from server_ext.jobs.tables import jobs
from server_ext.platform import Platform
from server_ext.schedules import firing, service
from server_ext.schedules.schemas import NewSchedule, ScheduleChange
from server_ext.schedules.tables import schedule_runs, schedules
from server_ext.settings import Settings
from tests.support.job_faults import write_short_notebook

EVERY_DAY = {"name": "Daily", "notebook": "short.ipynb", "cron": "0 9 * * *"}


class House:
    """One database, its people and its schedules, served by as many platforms as a test likes."""

    def __init__(self, address, folder):
        self.address, self.folder, self.platforms = address, folder, []
        self.platform = self.server()
        self.database = self.platform.database

    def server(self):
        settings = Settings.read({"DATABASE_URL": self.address}, home=self.folder / "home", store=str(self.folder / "store"))
        platform = Platform.start(settings, folder=self.folder)
        self.platforms.append(platform)
        return platform

    def do(self, work, *args, **more):
        with self.database.writing() as connection:
            return work(connection, *args, **more)

    def person(self, name, role=Role.QUANT):
        who = {"email": f"{name}@example.com", "name": name, "password_hash": "-", "role": role, "team": None}
        made = self.do(accounts.create_user, Origin(), **who)
        return Actor(id=made.id, email=made.email, name=name, role=role, team=None, session_id="s", method=Method.BEARER)

    def schedule(self, owner, *, due_ago=timedelta(seconds=5), **more):
        made = self.do(service.create, owner, NewSchedule(**{**EVERY_DAY, **more}))
        self.do(lambda connection: connection.execute(update(schedules).values(next_at=utc_now() - due_ago)))
        return made.id

    def due(self):
        with self.database.reading() as connection:
            return firing.due(connection, utc_now())

    def all(self, table):
        with self.database.reading() as connection:
            return connection.execute(select(table)).all()

    def close(self):
        for platform in self.platforms:
            platform.close()


@pytest.fixture
def house(address, tmp_path):
    write_short_notebook(tmp_path)
    made = House(address, tmp_path)
    yield made
    made.close()


@pytest.fixture
def ada(house):
    return house.person("ada")


def test_a_schedule_that_is_due_starts_its_job_and_says_so(house, ada):
    schedule_id = house.schedule(ada, parameters={"number": 7})
    [row] = house.due()
    run = firing.fire(house.platform, row)
    [job] = house.all(jobs)
    assert (run.outcome, run.job_id, job.parameters, job.owner_id) == ("queued", job.id, {"number": 7}, ada.id)
    assert house.due() == []
    [told] = [event for event in house.all(events) if event.type == "schedule_fired"]
    assert (told.data["schedule_id"], told.data["job_id"], told.owner_id) == (schedule_id, job.id, ada.id)


def test_two_servers_and_one_cron_line_make_one_firing(house, ada):
    house.schedule(ada)
    second, [row] = house.server(), house.due()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: firing.fire([house.platform, second][number % 2], row), range(8)))
    assert len([run for run in found if run is not None]) == 1
    assert (len(house.all(jobs)), len(house.all(schedule_runs))) == (1, 1)


def test_times_that_passed_while_no_server_ran_are_made_up_for_once(house, ada):
    house.schedule(ada, due_ago=timedelta(days=3))
    [row] = house.due()
    assert firing.fire(house.platform, row).outcome == "queued"
    assert house.due() == []
    assert house.all(schedules)[0].next_at > utc_now()


def test_or_left_out_where_the_schedule_says_so(house, ada):
    house.schedule(ada, due_ago=timedelta(days=3), misfire="skip")
    [row] = house.due()
    run = firing.fire(house.platform, row)
    assert (run.outcome, run.job_id, house.all(jobs)) == ("skipped", None, [])
    assert house.all(schedules)[0].next_at > utc_now()


@pytest.mark.parametrize(("overlap", "outcome", "count"), [("skip", "skipped", 1), ("queue", "queued", 2)])
def test_a_run_whose_forerunner_has_not_ended_is_left_out_or_queued(house, ada, overlap, outcome, count):
    house.schedule(ada, overlap=overlap)
    firing.fire(house.platform, house.due()[0])
    house.do(lambda connection: connection.execute(update(schedules).values(next_at=utc_now())))
    assert firing.fire(house.platform, house.due()[0]).outcome == outcome
    assert len(house.all(jobs)) == count


def test_a_paused_schedule_is_not_due_and_goes_on_from_now(house, ada):
    schedule_id = house.schedule(ada)
    [row] = house.due()
    assert house.do(service.change, ada, schedule_id, ScheduleChange(is_paused=True)).next_runs == []
    assert (house.due(), firing.fire(house.platform, row)) == ([], None)
    resumed = house.do(service.change, ada, schedule_id, ScheduleChange(is_paused=False))
    assert all(isinstance(due, datetime) and due > utc_now() for due in resumed.next_runs)
    assert house.due() == []


def test_a_schedule_that_cannot_run_says_why_and_stays(house, ada):
    house.schedule(ada)
    (house.folder / "short.ipynb").write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    run = firing.fire(house.platform, house.due()[0])
    assert (run.outcome, house.all(jobs)) == ("refused", [])
    assert "no cell tagged parameters" in run.reason
    [notice] = [event for event in house.all(events) if event.type == "notification"]
    assert "Daily" in notice.data["message"]
    assert house.all(schedules)[0].next_at > utc_now()


@pytest.mark.parametrize(("change", "reason"), [({"is_active": False}, "switched off"), ({"role": "viewer"}, "needs the role")])
def test_an_owner_who_may_not_run_jobs_any_more_has_none_run(house, ada, change, reason):
    house.schedule(ada)
    house.do(lambda connection: connection.execute(update(users).values(**change)))
    run = firing.fire(house.platform, house.due()[0])
    assert (run.outcome, house.all(jobs)) == ("refused", [])
    assert reason in run.reason
