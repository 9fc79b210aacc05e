"""Notebooks that misbehave: each comes to a clear end within seconds, says why in a sentence, and leaves what ran of it."""

import sys
import threading
import time

import nbformat
import pytest

from aurelius_kernel.errors import InvalidField, UnknownName
from server_ext.jobs.execution import execute
from server_ext.jobs.limits import Limits
from server_ext.jobs.outcome import Outcome

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and processors need Linux")


@pytest.fixture
def run(notebook, tmp_path):
    """Execute a notebook of these cells; more arguments are those of `execute`."""

    def execute_cells(*work, **options):
        return execute(notebook(*work), {}, tmp_path / "kept", **options)

    return execute_cells


def outputs(run):
    return [output for cell in nbformat.read(run.notebook, 4).cells for output in cell.get("outputs", [])]


def printed(run):
    return "".join(output["text"] for output in outputs(run) if output.output_type == "stream")


def test_a_notebook_that_sleeps_for_ever_is_cancelled_within_two_seconds_and_shows_where_it_was(run):
    cancelled = threading.Event()
    set_at = []

    def cancel(_text):
        set_at.append(time.monotonic())
        cancelled.set()

    done = run("print('asleep', flush=True)\nimport time\ntime.sleep(1000)", cancelled=cancelled, on_output=cancel)
    assert time.monotonic() - set_at[0] < 10  # two seconds on a quiet machine
    assert (done.outcome, done.error.message) == (Outcome.CANCELLED, "The run was cancelled.")
    assert (printed(done), outputs(done)[-1]["ename"]) == ("asleep\n", "KeyboardInterrupt")


STUBBORN = """
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print('deaf', flush=True)
end = time.monotonic() + 1000
while time.monotonic() < end:
    try:
        time.sleep(1000)
    except KeyboardInterrupt:
        pass
"""


def test_a_notebook_that_ignores_interrupts_is_killed_after_five_seconds(run):
    cancelled = threading.Event()
    done = run(STUBBORN, cancelled=cancelled, on_output=lambda _: cancelled.set())
    assert done.outcome is Outcome.CANCELLED
    assert 5 < done.seconds < 30
    assert printed(done) == "deaf\n"


def test_a_run_that_is_cancelled_between_two_cells_goes_no_further(run, tmp_path):
    cancelled = threading.Event()
    marker = tmp_path / "marker"

    def cancel(at):
        if at.stage == "cell 3 of 3":
            cancelled.set()
            time.sleep(0.3)

    done = run("first = 1", f"import time\ntime.sleep(20)\nopen({str(marker)!r}, 'w')", cancelled=cancelled, on_progress=cancel)
    assert (done.outcome, marker.exists(), done.seconds < 20) == (Outcome.CANCELLED, False, True)


def test_a_run_that_is_cancelled_before_it_begins_starts_nothing_that_lasts(run):
    cancelled = threading.Event()
    cancelled.set()
    assert run("import time\ntime.sleep(1000)", cancelled=cancelled).outcome is Outcome.CANCELLED


def test_a_notebook_that_prints_without_end_keeps_a_bounded_log_and_notebook(run):
    heard = []
    done = run("for _ in range(200): print('x' * 500_000)", limits=Limits(output_mb=0.5), on_output=heard.append)
    assert done.outcome is Outcome.COMPLETED
    for kept in (printed(done), done.log.read_text(), "".join(heard)):
        assert (len(kept) < 600_000, kept.endswith("\n… the output beyond 0.5 MB was left out.\n")) == (True, True)


def test_a_notebook_that_shows_too_much_keeps_what_fits_and_still_hands_over_its_result(run):
    show = "from IPython.display import display\nfor _ in range(30): display({'text/plain': 'x' * 100_000}, raw=True)"
    hand = "display({'application/vnd.aurelius.result+json': {'hash': 'h'}}, raw=True)"
    done = run(show, hand, limits=Limits(output_mb=1.0))
    assert (len(outputs(done)) - 1, done.results) == (10, ("h",))


@linux
def test_a_notebook_that_eats_memory_is_told_its_limit(run):
    done = run("held = bytearray(700_000_000)", limits=Limits(memory_mb=400))
    assert (done.outcome, done.error.message) == (Outcome.OUT_OF_MEMORY, "In [2] of job.ipynb needed more memory than its 400 MB.")


EAT_TOGETHER = """
import subprocess, sys, time
children = [subprocess.Popen([sys.executable, "-c", "import time\\nheld = b'x' * 200_000_000\\ntime.sleep(100)"]) for _ in range(3)]
time.sleep(100)
"""


@linux
def test_memory_of_what_a_notebook_starts_counts_too(run):
    done = run(EAT_TOGETHER, limits=Limits(memory_mb=400))
    assert (done.outcome, done.seconds < 60) == (Outcome.OUT_OF_MEMORY, True)
    assert done.error.message == "The run needed more than its 400 MB of memory and was ended."


@linux
def test_a_notebook_gets_as_many_processors_as_it_was_given(run):
    done = run("import os\nprint(len(os.sched_getaffinity(0)), os.environ['OMP_NUM_THREADS'])", limits=Limits(cpus=1))
    assert printed(done) == "1 1\n"


def test_a_kernel_that_ends_itself_tells_its_exit_code(run):
    done = run("print('here', flush=True)\nimport os, time\ntime.sleep(0.5)\nos._exit(3)")
    assert (done.outcome, done.error.message) == (
        Outcome.FAILED,
        "The kernel that ran job.ipynb ended itself with exit code 3.",
    )
    assert done.seconds < 20
    assert printed(done) == "here\n"


def test_a_kernel_that_crashes_names_the_signal(run):
    done = run("import os\nos.abort()")
    assert done.outcome is Outcome.LOST
    assert done.error.message.startswith("The kernel that ran job.ipynb crashed by SIGABRT")


def test_a_syntax_error_names_the_cell(run):
    done = run("x = = 1")
    assert done.outcome is Outcome.FAILED
    assert done.error.message.startswith("In [2] of job.ipynb failed: SyntaxError: invalid syntax")


def test_a_notebook_without_parameters_is_refused_before_anything_starts(tmp_path):
    path = tmp_path / "job.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), path)
    with pytest.raises(InvalidField, match=r"job\.ipynb has no cell tagged parameters"):
        execute(path, {}, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


RAISE = """
from aurelius_kernel.errors import UnknownName
raise UnknownName("instrument", "GOGG", ["GOOG"], field="instruments.0")
"""


def test_an_error_of_our_own_keeps_its_fields_and_leaves_its_panel_and_itself_in_the_notebook(run):
    done = run(RAISE)
    assert isinstance(done.error, UnknownName)
    assert done.error.fields == {"instruments.0": "unknown; did you mean GOOG?"}
    panel, error = outputs(done)
    assert (panel.output_type, set(panel.data)) == ("display_data", {"text/html", "text/plain"})
    assert (error.output_type, error.ename) == ("error", "UnknownName")


def test_an_error_of_a_class_of_ones_own_is_its_nearest_known_kind(run):
    done = run(
        "from aurelius_kernel.errors import NotFound\nclass NoTape(NotFound): pass",
        "raise NoTape('No tape.', fields={'tape': 'lost'})",
    )
    assert (done.error.code, done.error.message, done.error.fields) == ("not_found", "No tape.", {"tape": "lost"})


def test_the_kernels_process_group_is_told_while_it_runs(run):
    told = []
    run("1", on_kernel=lambda group: told.append((group, group.is_running())))
    ((group, was_running),) = told
    assert (was_running, group.is_running(), group.kill()) == (True, False, False)


def test_what_cells_print_is_heard_while_they_run_and_stands_in_the_log(run):
    heard = []
    done = run("import time\nfor n in range(3):\n    print(n, flush=True)\n    time.sleep(0.3)", on_output=heard.append)
    assert (len(heard) > 1, "".join(heard), done.log.read_text()) == (True, "0\n1\n2\n", "0\n1\n2\n")


def test_variables_of_a_job_reach_it_and_count_as_given(run):
    done = run("import os\nprint(os.environ['AURELIUS_TOKEN'])", environment={"AURELIUS_TOKEN": "short-lived"})
    assert printed(done) == "short-lived\n"
