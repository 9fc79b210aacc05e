"""Jobs on a Dask cluster of processes of its own: whatever of it is lost, each job comes to one end, once."""

import signal

import pytest

from server_ext.db import Database
from tests.support import job_faults
from tests.support.dask_cluster import DaskCluster
from tests.support.job_faults import PLAIN
from tests.support.running import Server, people

JOBS = "/api/v1/jobs/"
LIMITS = {"AURELIUS_JOB_CPUS": "1", "AURELIUS_JOB_MEMORY_MB": "600"}
TELL = "import os, resource\nprint(len(os.sched_getaffinity(0)), resource.getrlimit(resource.RLIMIT_DATA)[0] < 2**32)"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers of one thread each."""
    folder = tmp_path_factory.mktemp("cluster")
    cluster = DaskCluster(folder, {**PLAIN, "AURELIUS_HOME": str(folder / "home")})
    cluster.start_scheduler()
    for _ in range(2):
        cluster.add_worker()
    yield cluster
    cluster.end()


@pytest.fixture(scope="module")
def server(cluster, tmp_path_factory):
    """A server that has the cluster run its jobs."""
    folder = tmp_path_factory.mktemp("server")
    server = Server(folder, {**PLAIN, "DASK_SCHEDULER_ADDRESS": cluster.address, "AURELIUS_JOBS_AT_START": "true", **LIMITS})
    job_faults.write_short_notebook(folder / "notebooks", "limits.ipynb", work=TELL)
    job_faults.write_short_notebook(folder / "notebooks")
    yield server.start()
    server.stop()


@pytest.fixture(scope="module")
def quant(server):
    return people(server, "quant-a")["quant-a"]


@pytest.fixture
def database(server):
    database = Database(f"sqlite:///{server.folder / 'home/aurelius.db'}")
    yield database
    database.close()


def capacity(quant):
    """What the platform says of what it can run."""
    components = quant.get("/api/v1/status").json()["components"]
    return next(one["reason"] for one in components if one["name"] == "jobs")


def running_job(quant, database, number, seconds=3.0):
    """A job whose kernel is at work."""
    job_id = job_faults.queue(quant, number, seconds)
    job_faults.wait_until(lambda: job_faults.kernels(database), 60)
    return job_id


def ended(quant, database, job_id):
    job_faults.wait_until(lambda: not job_faults.unfinished(database, [job_id]), 120)
    job = quant.get(f"{JOBS}{job_id}").json()
    log = quant.get(f"{JOBS}{job_id}/log").json()["log"]
    return job["status"], log, dict(job_faults.told(database, [job_id])), job_faults.left_over(database, [job_id])


def once(number):
    """What is to be said of a job that was run to its end, whatever happened meanwhile."""
    return "completed", f"{number}\n", {"job_completed": 1}, []


def test_its_workers_are_the_capacity_and_run_the_jobs(cluster, quant, database):
    job_faults.wait_until(lambda: capacity(quant) == "leading: 0 of 2 at work", 60)
    ids = [job_faults.queue(quant, number, 0.1) for number in range(3)]
    assert [ended(quant, database, job_id) for job_id in ids] == [once(number) for number in range(3)]


def test_the_servers_limits_reach_the_kernels_of_its_workers(quant, database):
    job_id = quant.post(JOBS, {"notebook": "limits.ipynb"}).json()["job_id"]
    assert ended(quant, database, job_id)[:2] == ("completed", "1 True\n")


def test_f2_a_lost_worker_loses_no_job(cluster, quant, database):
    job_id = running_job(quant, database, 10)
    [busy] = [worker for worker in cluster.workers if job_faults.descends(job_faults.kernels(database)[0], worker.pid)]
    cluster.lose(busy)
    assert ended(quant, database, job_id) == once(10)
    assert quant.get(f"{JOBS}{job_id}").json()["attempt"] == 2
    job_faults.wait_until(lambda: capacity(quant) == "leading: 0 of 1 at work", 30)
    cluster.add_worker()
    job_faults.wait_until(lambda: capacity(quant) == "leading: 0 of 2 at work", 60)


def test_a_lost_scheduler_loses_no_job_and_capacity_says_that_there_is_none(cluster, quant, database):
    job_id = running_job(quant, database, 20)
    cluster.lose(cluster.scheduler)
    job_faults.wait_until(lambda: capacity(quant) == "no scheduler: 0 of 0 at work", 60)
    cluster.start_scheduler()
    for _ in range(2):
        cluster.add_worker()
    assert ended(quant, database, job_id) == once(20)


def test_f1_a_killed_server_takes_up_what_the_cluster_was_running(cluster, server, quant, database):
    job_id = running_job(quant, database, 30)
    server.stop(signal.SIGKILL)
    server.start()
    assert ended(quant, database, job_id) == once(30)
