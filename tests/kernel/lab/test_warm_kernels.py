"""Kernels forked from a zygote, driven by a real jupyter_client: in every way like plain ones, and each on its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from aurelius_kernel.lab.provisioner import AureliusProvisioner
from tests.kernel.lab.conftest import Kernel, gone, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="warm kernels need Linux")


@pytest.fixture(scope="module")
def shared(zygote, tmp_path_factory):
    """One warm kernel for the tests that only look at it."""
    started = Kernel(tmp_path_factory.mktemp("k"), GIVEN="on purpose", NUMBA_NUM_THREADS="1", TZ="Asia/Tokyo")
    yield started
    started.end()


def test_a_kernel_is_forked_from_the_zygote_and_says_that_it_is_warm(zygote, shared):
    assert (shared.kind, psutil.Process(shared.pid).ppid()) == ("warm", zygote.pid)


def test_its_banner_says_of_what_kind_it_is(shared):
    info = shared.do(shared.client.kernel_info(reply=True, timeout=30))["content"]
    assert info["banner"].splitlines()[-1] == "Aurelius: warm kernel"


def test_its_widgets_are_told_to_a_page_in_one_message(shared):
    known = shared.ask("(__import__('ipywidgets'), sorted(__import__('comm').get_comm_manager().targets))[1]")
    assert {"jupyter.widget", "jupyter.widget.control"} <= set(known)


def test_it_has_the_environment_that_was_given_and_no_secret_of_who_started_it(shared):
    environment = shared.ask("dict(__import__('os').environ)")
    assert environment["GIVEN"] == "on purpose"
    assert [name for name, value in environment.items() if "canary" in value] == []


def test_it_works_in_the_folder_that_was_asked_for(shared, tmp_path_factory):
    assert shared.ask("__import__('os').getcwd()") == str(shared.manager.provisioner.cwd)


def test_it_keeps_the_time_zone_that_was_asked_for(shared):
    assert shared.ask("__import__('time').tzname[0]") == "JST"


def test_it_leads_a_process_group_of_its_own(shared):
    assert os.getpgid(shared.pid) == shared.pid


def test_compiled_code_uses_as_many_threads_as_it_was_told(shared):
    assert shared.ask("__import__('numba').get_num_threads()") == 1


def test_it_has_no_file_of_the_zygote_open(zygote, shared):
    theirs, own = ({str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()} for pid in (zygote.pid, shared.pid))
    assert {name for name in theirs & own if name.startswith("socket:") or name.endswith(".lock")} == set()


def test_siblings_draw_random_numbers_of_their_own(zygote, kernel):
    draw = "(__import__('random').random(), __import__('numpy').random.random(), __import__('uuid').uuid4().hex)"
    first, second = (kernel().ask(draw) for _ in range(2))
    assert [one == other for one, other in zip(first, second, strict=True)] == [False, False, False]


def test_an_interrupt_ends_the_cell_and_not_the_kernel(zygote, kernel):
    started = kernel()
    threading.Timer(0.5, lambda: os.killpg(started.pid, signal.SIGINT)).start()
    assert started.run("import time\ntime.sleep(30)")["ename"] == "KeyboardInterrupt"
    assert started.ask("1 + 1") == 2


def test_an_interrupt_through_the_manager_ends_the_cell(zygote, kernel):
    started = kernel()
    started.client.execute("import time\ntime.sleep(30)")
    time.sleep(0.3)
    before = time.monotonic()
    started.do(started.manager.interrupt_kernel())
    started.run("after = 1")  # whatever came while the cell ran is set aside by the kernel
    assert started.ask("after if 'after' in dir() else 0") in (0, 1)
    assert time.monotonic() - before < 10


def test_a_restarted_kernel_is_another_process_warm_and_empty(zygote, kernel):
    started = kernel()
    started.run("left = 1")
    before = started.pid
    started.do(started.manager.restart_kernel(now=True))
    started.do(started.client.wait_for_ready(timeout=60))
    assert (started.kind, started.pid != before, gone(before)) == ("warm", True, True)
    assert started.run("left")["ename"] == "NameError"


def test_a_shutdown_leaves_no_process_and_no_zombie(zygote, kernel):
    started = kernel()
    started.do(started.manager.shutdown_kernel())
    assert wait_until(lambda: not psutil.pid_exists(started.pid))
    assert psutil.Process(zygote.pid).status() != psutil.STATUS_ZOMBIE


def test_a_kernel_that_ends_itself_tells_its_exit_code_and_takes_what_it_started_along(zygote, kernel):
    started = kernel()
    child = started.ask("__import__('subprocess').Popen(['sleep', '1000']).pid")
    process = started.manager.provisioner.process
    started.client.execute("import os\nos._exit(7)")
    assert process.wait(timeout=20) == 7
    assert wait_until(lambda: gone(child))


def test_what_another_manager_needs_to_know_of_a_kernel_names_its_kind(zygote, kernel):
    started = kernel()
    info = started.do(started.manager.provisioner.get_provisioner_info())
    other = AureliusProvisioner(kernel_id="k", kernel_spec=started.manager.kernel_spec, parent=started.manager)
    started.do(other.load_provisioner_info(info))
    assert (info["pid"], other.pid, other.kind) == (started.pid, started.pid, "warm")


REQUESTER = """
import os, sys, time
from aurelius_kernel.lab.environment import kernel_environment
from aurelius_kernel.lab.zygote import Address, request_kernel
from aurelius_kernel.lab.zygote.messages import KernelRequest
here = kernel_environment(os.environ)
request = KernelRequest(arguments=("-f", sys.argv[1]), environment=here, folder=".")
print(request_kernel(Address.of(here), request, (1, 2)).pid, flush=True)
time.sleep(1000)
"""


def test_a_kernel_ends_with_the_process_that_asked_for_it(zygote, tmp_path):
    requester = subprocess.Popen([sys.executable, "-c", REQUESTER, tmp_path / "k.json"], stdout=subprocess.PIPE, text=True)
    kernel = int(requester.stdout.readline())
    assert not gone(kernel)
    requester.kill()
    requester.wait(timeout=20)
    assert wait_until(lambda: gone(kernel))
    requester.stdout.close()
