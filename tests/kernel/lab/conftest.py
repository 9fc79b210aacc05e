"""A zygote that is ready in a second, its address, and kernels started through the provisioner."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path

import psutil
import pytest
from jupyter_client.manager import AsyncKernelManager

from aurelius_kernel.data import install_samples
from aurelius_kernel.lab.environment import kernel_environment
from aurelius_kernel.lab.provisioner import AureliusProvisioner
from aurelius_kernel.lab.zygote import Address
from aurelius_kernel.lab.zygote.messages import connect
from aurelius_kernel.lab.zygote.starting import ONE_THREAD
from tests.kernel.lab.notebook import Notebook, our_spec

SMALL = Path(__file__).parent / "small_zygote.py"


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return found


def gone(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


class Zygotes:
    """Starts small zygotes at this process's address, and ends them."""

    def __init__(self):
        self.address = Address.of(kernel_environment(os.environ))
        self.processes = []

    def start(self, *modules, idle_seconds=60.0, ready=True):
        environment = {**kernel_environment(os.environ), **ONE_THREAD}
        command = [sys.executable, SMALL, self.address.socket, str(idle_seconds), *modules]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        self.processes.append(process)
        if ready:
            assert wait_until(self.answers)
        return process

    def answers(self):
        try:
            connect(self.address.socket, 5).close()
        except OSError:
            return False
        return True

    def end(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=20)


@pytest.fixture(scope="module")
def warm_kernels(tmp_path_factory):
    """Warm kernels are wanted, and their sockets lie in a short folder of the test's own."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("z")
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        patch.setenv("AURELIUS_WARM_KERNELS", "on")
        patch.setenv("AURELIUS_HOME", str(folder / "home"))
        patch.setenv("CANARY_SECRET", "canary")
        yield


@pytest.fixture
def zygotes(warm_kernels):
    """To start zygotes, each for one test."""
    started = Zygotes()
    yield started
    started.end()


@pytest.fixture(scope="module")
def zygote(warm_kernels):
    """One zygote for the tests of a module that leave it as it is."""
    started = Zygotes()
    yield started.start()
    started.end()


class Manager(AsyncKernelManager):
    """A manager of kernels with our provisioner, whatever kernelspecs are installed."""

    @property
    def kernel_spec(self):
        return our_spec()


class Kernel:
    """One kernel and its client, driven by plain calls."""

    def __init__(self, folder, **environment):
        self.loop = asyncio.new_event_loop()
        self.manager = Manager(transport="ipc", connection_file=str(folder / "k.json"))
        self.manager.provisioner = AureliusProvisioner(
            kernel_id="k", kernel_spec=self.manager.kernel_spec, parent=self.manager, starts_zygote=False
        )
        self.do(self.manager.start_kernel(env={**os.environ, **environment}, cwd=str(folder)))
        self.client = self.manager.client()
        self.client.start_channels()
        self.do(self.client.wait_for_ready(timeout=60))

    def do(self, work):
        return self.loop.run_until_complete(asyncio.wait_for(work, 60))

    @property
    def kind(self):
        return self.manager.provisioner.kind

    @property
    def pid(self):
        return self.manager.provisioner.pid

    def ask(self, expression):
        """The value of an expression in the kernel."""
        reply = self.do(self.client._async_execute_interactive("", user_expressions={"it": expression}, timeout=60))
        said = reply["content"]["user_expressions"]["it"]
        assert said["status"] == "ok", said
        return eval(said["data"]["text/plain"], {})  # noqa: S307  # what the kernel wrote of plain values

    def run(self, code):
        """What a cell's end says."""
        return self.do(self.client._async_execute_interactive(code, timeout=60, output_hook=lambda _: None))["content"]

    def end(self, **how):
        self.client.stop_channels()
        if self.do(self.manager.is_alive()):
            self.do(self.manager.shutdown_kernel(**how))
        self.loop.close()


@pytest.fixture
def kernel(tmp_path):
    """To start kernels, which are ended after the test."""
    started = []

    def start(**environment):
        folder = tmp_path / str(len(started))
        folder.mkdir()
        started.append(Kernel(folder, **environment))
        return started[-1]

    yield start
    for each in started:
        each.end(now=True)


@pytest.fixture(scope="session")
def catalogue():
    """The samples are in the catalogue of the tests' home."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        install_samples()


@pytest.fixture(scope="session")
def notebook(catalogue, tmp_path_factory):
    """One notebook for all tests of what a notebook shows; each uses names of its own."""
    started = Notebook(tmp_path_factory.mktemp("n"))
    started.run("import aurelius_kernel as ak")
    yield started
    started.end()
