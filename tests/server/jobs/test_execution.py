"""Each run starts a real kernel; those that only look at a finished run share one."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from aurelius_kernel.errors import NotEnoughBars, RunCancelled, RunFailed, UnknownName
from server_ext.jobs.execution import execute
from server_ext.jobs.limits import Limits
from server_ext.jobs.outcome import Outcome

WORK = """
import os, sys, time
from IPython.display import display
from aurelius_kernel.lab import show_progress
show_progress(0.0, "starting")
time.sleep(0.15)
show_progress(0.5, "half way")
for step in range(1000): show_progress(0.6 + step / 10_000, "more than five a second")
show_progress(1.0, "done")
"""
RESULT = """
found = {"number": number, "python": sys.executable, "folder": os.getcwd(), "environment": dict(os.environ)}
display({"application/vnd.aurelius.result+json": found, "text/plain": "found"}, raw=True)
"""
CHILD = """
import subprocess, time
child = subprocess.Popen(["sleep", "1000"])
with open(marker, "w") as file: file.write(f"{os.getpid()} {child.pid}")
time.sleep(1000)
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """One good run, from a home whose Jupyter and IPython would break it if they were used."""
    home = tmp_path_factory.mktemp("{home}")
    spec = home / ".local" / "share" / "jupyter" / "kernels" / "python3"
    startup = home / ".ipython" / "profile_default" / "startup"
    spec.mkdir(parents=True)
    startup.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps({"argv": ["false"], "display_name": "broken", "language": "python"}))
    (startup / "00-break.py").write_text("number = None; raise SystemExit")
    notebook = home / "{job}.ipynb"
    tagged = nbformat.v4.new_code_cell("number: int = 3", metadata={"tags": ["parameters"]})
    cells = [tagged, nbformat.v4.new_code_cell(WORK), nbformat.v4.new_code_cell(RESULT)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)
    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("AURELIUS_HOME", str(home / "aurelius"))
        patch.setenv("JWT_SECRET_KEY", "canary")
        patch.setenv("DATABASE_URL", "canary")
        run = execute(notebook, {"number": 5}, home / "kept", on_progress=told.append)
        return run, told


def found(finished):
    return finished[0].handed_back[0]


def test_a_run_gives_back_what_its_last_cell_handed_over(finished):
    assert (finished[0].error, found(finished)["number"]) == (None, 5)


def test_the_kernel_is_the_interpreter_that_runs_us_whatever_kernels_the_user_has(finished):
    assert found(finished)["python"] == sys.executable


def test_the_kernel_works_in_a_folder_of_its_own_that_is_gone_afterwards(finished):
    assert not Path(found(finished)["folder"]).exists()


def test_secrets_do_not_reach_the_kernel_and_the_home_does(finished):
    environment = found(finished)["environment"]
    assert [name for name, value in environment.items() if "canary" in value] == []
    assert environment["AURELIUS_HOME"].endswith("aurelius")


def test_progress_is_told_for_each_cell_and_from_inside_the_run(finished):
    stages = [(round(progress.fraction, 3), progress.stage) for progress in finished[1]]
    assert stages == [
        (0.0, "starting a kernel"),
        (0.0, "on a plain kernel: AURELIUS_WARM_KERNELS is off"),
        (0.0, "cell 1 of 4"),
        (0.25, "cell 2 of 4"),
        (0.5, "cell 3 of 4"),
        (0.5, "starting"),
        (0.625, "half way"),
        (0.65, "more than five a second"),
        (0.65, "more than five a second"),
        (0.75, "done"),
        (0.75, "cell 4 of 4"),
        (1.0, "done"),
    ]


def test_the_executed_notebook_shows_parameters_and_outputs_and_no_progress(finished):
    executed = nbformat.reads(finished[0].notebook.read_text(), as_version=4)
    nbformat.validate(executed)
    assert "number = 5" in executed.cells[1].source
    assert [len(cell.outputs) for cell in executed.cells] == [0, 0, 0, 1]


def test_the_executed_notebook_names_no_path_of_this_machine(finished):
    papermill = json.loads(finished[0].notebook.read_text())["metadata"]["papermill"]
    assert (papermill["input_path"], papermill["output_path"]) == ("{job}.ipynb", "{job}.ipynb")


def test_a_parameter_that_does_not_fit_is_refused_before_a_kernel_starts(notebook, tmp_path):
    before = time.monotonic()
    with pytest.raises(UnknownName):
        execute(notebook("raise SystemExit"), {"number=1; import os #": 1}, tmp_path / "kept")
    assert time.monotonic() - before < 0.2


def test_a_temporary_folder_with_a_long_name_is_no_obstacle(notebook, tmp_path, monkeypatch):
    long = tmp_path / ("x" * 60)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    assert execute(notebook("number"), {}, tmp_path / "kept").error is None


def test_a_failing_cell_is_told_with_its_number_and_the_first_line_of_its_error(notebook, tmp_path):
    run = execute(notebook("raise ValueError('no such thing\\nand more')"), {}, tmp_path / "kept")
    assert isinstance(run.error, RunFailed)
    assert run.error.message == "In [2] of job.ipynb failed: ValueError: no such thing."
    assert "and more" in run.notebook.read_text()


def test_an_error_of_our_own_keeps_its_kind_code_and_sentence(notebook, tmp_path):
    run = execute(
        notebook("from aurelius_kernel.errors import NotEnoughBars\nraise NotEnoughBars(101, 21, 'This')"), {}, tmp_path / "kept"
    )
    assert isinstance(run.error, NotEnoughBars)
    assert (run.error.code, run.error.message) == ("not_enough_bars", str(NotEnoughBars(101, 21, "This")))


def test_a_kernel_that_is_killed_is_a_failed_run(notebook, tmp_path):
    run = execute(notebook("import os\nos.kill(os.getpid(), 9)"), {}, tmp_path / "kept")
    assert isinstance(run.error, RunFailed)
    assert (run.outcome, "was killed" in run.error.message) == (Outcome.LOST, True)


def processes(marker):
    return [int(number) for number in marker.read_text().split()]


def gone(number):
    return not psutil.pid_exists(number) or psutil.Process(number).status() == psutil.STATUS_ZOMBIE


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_run_that_takes_too_long_is_ended_with_all_it_started(notebook, tmp_path):
    marker = tmp_path / "marker"
    run = execute(notebook(f"import os\nmarker = {str(marker)!r}\n{CHILD}"), {}, tmp_path / "kept", limits=Limits(seconds=2.5))
    assert run.error.message == "The run took longer than its 2.5 seconds and was ended."
    assert run.seconds < 30
    assert [gone(number) for number in processes(marker)] == [True, True]


def test_a_cancelled_run_is_ended_with_all_it_started(notebook, tmp_path):
    marker, cancel = tmp_path / "marker", threading.Event()
    threading.Thread(target=lambda: wait_until(marker.exists) and cancel.set(), daemon=True).start()
    run = execute(notebook(f"import os\nmarker = {str(marker)!r}\n{CHILD}"), {}, tmp_path / "kept", cancelled=cancel)
    assert isinstance(run.error, RunCancelled)
    assert [gone(number) for number in processes(marker)] == [True, True]


RUNNER = (
    "import sys; from pathlib import Path; from server_ext.jobs import execute; execute(Path(sys.argv[1]), {}, Path(sys.argv[2]))"
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_runner_that_is_interrupted_or_killed_leaves_no_kernel_behind(notebook, tmp_path, number):
    marker = tmp_path / "marker"
    path = notebook(f"import os, time\nopen({str(marker)!r}, 'w').write(str(os.getpid()))\ntime.sleep(1000)")
    environment = {**os.environ, "TMPDIR": str(tmp_path)}  # a killed runner cannot remove its folder
    runner = subprocess.Popen([sys.executable, "-c", RUNNER, path, tmp_path / "kept"], stderr=subprocess.DEVNULL, env=environment)
    try:
        assert wait_until(lambda: marker.exists() and marker.read_text())
        os.kill(runner.pid, number)
        assert runner.wait(timeout=60) != 0
    finally:
        runner.kill()
    assert wait_until(lambda: all(gone(kernel) for kernel in processes(marker)))
