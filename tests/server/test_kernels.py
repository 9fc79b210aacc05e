"""Kernels of the real server: warm, interrupted, restarted and ended through Jupyter's own calls, and scrubbed of secrets."""

import asyncio
import json
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.kernel.lab.conftest import Zygotes, gone, wait_until
from tests.server.doors.test_attacks import channels, frame, send_and_wait
from tests.support.job_faults import write_short_notebook
from tests.support.running import NOTEBOOK, Server, people

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="warm kernels need Linux")


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """A server beside a zygote, and a quant in front of it."""
    folder = tmp_path_factory.mktemp("s")
    environment = {"AURELIUS_WARM_KERNELS": "on", "XDG_RUNTIME_DIR": str(folder), "CANARY_SECRET": "canary"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setenv("AURELIUS_HOME", str(folder / "home"))
        zygotes = Zygotes()
        zygote = zygotes.start()
        server = Server(folder, environment).start()
        yield server, people(server, "quant-a")["quant-a"], zygote
        server.stop(signal.SIGKILL)
        assert zygote.wait(timeout=20) == 0  # it was held by the server, and ends with it


@pytest.fixture(params=["aurelius", "python3"])
def kernel(warm, request):
    """A kernel of either name, as the server knows it."""
    _, quant, _ = warm
    started = quant.post("/api/kernels", {"name": request.param}).raise_for_status().json()["id"]
    yield started
    quant.call("DELETE", f"/api/kernels/{started}")


def ask(warm, kernel, expression, code=""):
    """The value of an expression of plain values, after some code."""
    server, quant, _ = warm
    content = {
        "code": code,
        "silent": False,
        "store_history": False,
        "user_expressions": {"it": f"__import__('json').dumps({expression})"},
        "allow_stdin": False,
    }
    run = frame("execute_request", content)
    answers, _ = asyncio.run(send_and_wait(server, channels(kernel), quant.bearer(), run, 30, until=b"execute_reply"))
    reply = next(answer for answer in answers if b"execute_reply" in answer)
    text = reply[reply.index(b'"user_expressions"') :].decode(errors="replace")
    said = json.loads("{" + text[: text.rindex("}") + 1])["user_expressions"]["it"]["data"]["text/plain"]
    return json.loads(said.strip("'").replace("\\\\", "\\"))


def test_a_kernel_of_the_server_is_warm_whatever_it_is_called_and_has_no_secret(warm, kernel):
    told = "[__import__('os').getppid(), list(__import__('os').environ.values()), __import__('os').environ['AURELIUS_KERNEL']]"
    parent, values, kind = ask(warm, kernel, told)
    assert (parent, kind, [value for value in values if "canary" in value]) == (warm[2].pid, "warm", [])


@pytest.mark.parametrize("name", ["aurelius", "python3"])
def test_the_kernel_of_a_dashboard_is_forked_too(warm, name):
    server, quant, zygote = warm
    page = server.folder / f"notebooks/dashboards/{name}.ipynb"
    page.write_text(
        json.dumps({**NOTEBOOK, "metadata": {"kernelspec": {"name": name, "display_name": name, "language": "python"}}})
    )
    before = children(zygote)
    assert quant.browser().http.get(f"/voila/render/dashboards/{name}.ipynb").status_code == 200
    [kernel] = quant.get("/api/kernels").json()
    told = "[__import__('os').getpid(), __import__('os').getppid(), __import__('os').environ['AURELIUS_KERNEL']]"
    own, *rest = ask(warm, kernel["id"], told)
    assert rest == [zygote.pid, "warm"]
    assert own in children(zygote) - before
    quant.call("DELETE", f"/api/kernels/{kernel['id']}").raise_for_status()


def children(zygote):
    """The process ids of the kernels that a zygote has forked."""
    return {child.pid for child in psutil.Process(zygote.pid).children()}


def at_a_shell(warm, monkeypatch, *words):
    """What a command says that is typed on the server's machine, in the server's home."""
    server, _, _ = warm
    for variable, value in {**server.environment, "AURELIUS_HOME": str(server.folder / "home")}.items():
        monkeypatch.setenv(variable, value)
    return subprocess.run([sys.executable, *words], cwd=server.folder, capture_output=True, text=True, timeout=120, check=True)


def test_a_notebook_that_a_shell_runs_is_on_a_warm_kernel_where_there_is_one_and_says_so(warm, monkeypatch):
    code = (
        "from pathlib import Path; from server_ext.jobs import execute;"
        "run = execute(Path('job.ipynb'), {}, Path('kept'), on_progress=lambda at: print(at.stage)); print(run.kernel, run.outcome)"
    )
    write_short_notebook(warm[0].folder, "job.ipynb")
    said = at_a_shell(warm, monkeypatch, "-c", code).stdout.splitlines()
    assert (said[1], said[-1]) == ("on a warm kernel", "warm completed")


def test_papermill_at_a_shell_says_on_what_kind_of_kernel_it_ran(warm, monkeypatch):
    write_short_notebook(warm[0].folder, "job.ipynb")
    asked = ["-m", "papermill", "--engine", "aurelius", "-k", "aurelius", "job.ipynb", "executed.ipynb"]
    assert "The notebook runs on a warm kernel." in at_a_shell(warm, monkeypatch, *asked).stderr
    warm[0].environment["AURELIUS_WARM_KERNELS"] = "off"
    try:
        told = at_a_shell(warm, monkeypatch, *asked).stderr
    finally:
        warm[0].environment["AURELIUS_WARM_KERNELS"] = "on"
    assert "The notebook runs on a plain kernel: AURELIUS_WARM_KERNELS is off." in told


def test_interrupt_restart_and_shutdown_through_the_server(warm, kernel):
    _, quant, _ = warm
    before = ask(warm, kernel, "__import__('os').getpid()")
    quant.post(f"/api/kernels/{kernel}/interrupt").raise_for_status()
    assert ask(warm, kernel, "__import__('os').getpid()") == before
    began = time.monotonic()
    quant.post(f"/api/kernels/{kernel}/restart").raise_for_status()
    after = ask(warm, kernel, "__import__('os').getpid()")
    assert (after != before, gone(before), psutil.Process(after).ppid()) == (True, True, warm[2].pid)
    assert time.monotonic() - began < 20
    quant.call("DELETE", f"/api/kernels/{kernel}").raise_for_status()
    assert wait_until(lambda: gone(after))
