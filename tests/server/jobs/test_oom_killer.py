"""A kernel that the system killed for want of memory is told from one that somebody killed, where the system keeps count."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from server_ext.jobs.failure import failed_kernel
from server_ext.jobs.oom_killer import OomKills
from server_ext.jobs.outcome import Outcome

MB = 1 << 20
OWN = "pgfault 9\noom_kill {}\n"


@pytest.fixture
def machine(tmp_path):
    """The files of a machine: which group process 7 is in, and the counts that there are."""

    def files(group, **counts):
        (tmp_path / "proc/7").mkdir(parents=True)
        (tmp_path / "proc/7/cgroup").write_text(group)
        for name, count in counts.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(OWN.format(count))
        return OomKills.around(7, proc=tmp_path / "proc", groups=tmp_path / "groups")

    return files


@pytest.mark.parametrize(
    ("group", "counter"),
    [
        ("0::/jobs/one\n", "groups__jobs__one__memory_dot_events"),
        ("0::/seen/from/outside\n", "groups__memory_dot_events"),
        ("5:cpu:/x\n4:memory:/jobs\n0::/\n", "groups__memory__jobs__memory_dot_oom_control"),
        ("0::/\n", "proc__vmstat"),
        ("", "proc__vmstat"),
    ],
)
def test_the_count_is_that_of_the_processs_own_group_or_of_the_machine(machine, group, counter):
    kills = machine(group, **{counter: 3})
    assert (kills.before, kills.happened()) == (3, False)
    kills.counter.write_text(OWN.format(4))
    assert kills.happened() is True
    kills.counter.unlink()
    assert kills.happened() is None


def test_where_nothing_counts_nothing_is_claimed(machine, tmp_path):
    assert machine("0::/\n") is None
    ending = failed_kernel(-9, tmp_path / "log", "job.ipynb", ran_out_of_memory=None)
    assert ending.outcome is Outcome.LOST
    assert "cannot be told here" in ending.error.message


def test_a_kernel_that_somebody_killed_was_killed_from_outside(tmp_path):
    ending = failed_kernel(-9, tmp_path / "log", "job.ipynb", ran_out_of_memory=False)
    assert (ending.outcome, ending.error.message) == (Outcome.LOST, "The kernel that ran job.ipynb was killed from outside.")


@contextlib.contextmanager
def small_group(most):
    """A control group of so many bytes under this process's own; skips where none can be made."""
    told = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
    roots = {"memory": (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"), "": (Path("/sys/fs/cgroup"), "memory.max")}
    for _, controllers, path in told:
        if controllers in roots:
            root, limit = roots[controllers]
            folder = root / path.lstrip("/") / f"aurelius-test-{os.getpid()}"
            with contextlib.suppress(OSError):
                folder.mkdir()
                if (folder / limit).exists():
                    (folder / limit).write_text(str(most))
                    break
                folder.rmdir()
    else:
        pytest.skip("no control group of memory can be made here")
    try:
        yield folder
    finally:
        deadline = time.monotonic() + 10
        while folder.exists() and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                folder.rmdir()
            time.sleep(0.05)


RUN = """
import os, sys
from pathlib import Path
Path(sys.argv[1], "cgroup.procs").write_text(str(os.getpid()))
from server_ext.jobs.execution import execute
done = execute(Path(sys.argv[2]), {}, Path(sys.argv[3]))
print(done.outcome, done.error.message)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="control groups need Linux")
def test_f2_a_kernel_that_the_system_killed_for_want_of_memory_says_so(notebook, tmp_path):
    greedy = notebook("held = b'x' * 2_000_000_000")
    with small_group(500 * MB) as group:
        command = [sys.executable, "-c", RUN, group, greedy, tmp_path / "kept"]
        environment = {**os.environ, "AURELIUS_WARM_KERNELS": "off"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "out_of_memory The kernel that ran job.ipynb was killed by the system, which had run out of memory.\n"
