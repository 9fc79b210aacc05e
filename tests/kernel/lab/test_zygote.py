"""The life of a zygote: one an address, never stale, gone when nobody needs it, and refused where it would not be safe."""

import os
import signal
import subprocess
import sys
import time

import pytest

from aurelius_kernel.lab.environment import kernel_environment
from aurelius_kernel.lab.zygote import Address, Keeper, Unavailable, hold
from aurelius_kernel.lab.zygote.messages import connect
from tests.kernel.lab.conftest import gone, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="warm kernels need Linux")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_kernels_end_with_their_zygote_however_it_ends(zygotes, kernel, how):
    process = zygotes.start()
    started = kernel()
    assert started.kind == "warm"
    process.send_signal(how)
    process.wait(timeout=20)
    assert wait_until(lambda: gone(started.pid))
    assert wait_until(started.manager.provisioner.process.poll) == -signal.SIGKILL


def test_a_second_zygote_leaves_the_address_to_the_first(zygotes):
    zygotes.start()
    assert zygotes.start(ready=False).wait(timeout=30) == 0


def test_what_a_killed_zygote_left_behind_is_no_obstacle(zygotes, kernel):
    first = zygotes.start()
    first.kill()
    first.wait(timeout=20)
    assert kernel().kind == "plain: no zygote is ready"
    zygotes.address.socket.unlink()
    zygotes.start()
    assert kernel().kind == "warm"


def test_a_zygote_whose_code_changed_gives_no_kernel_says_why_and_makes_room(zygotes, kernel, tmp_path, monkeypatch):
    module = tmp_path / "my_research.py"
    module.write_text("answer = 1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    zygotes.address = Address.of(kernel_environment(os.environ))
    time.sleep(0.02)
    first = zygotes.start("my_research")
    assert kernel().ask("__import__('my_research').answer") == 1
    module.write_text("answer = 2")
    started = kernel()
    assert (started.kind, started.ask("__import__('my_research').answer")) == (
        "plain: my_research.py changed since the zygote loaded it",
        2,
    )
    assert not zygotes.address.socket.exists()
    assert first.poll() is None  # the first kernel still runs
    zygotes.start("my_research")
    assert kernel().ask("__import__('my_research').answer") == 2


def test_a_stale_zygote_ends_when_its_last_kernel_has(zygotes, kernel, tmp_path, monkeypatch):
    module = tmp_path / "my_research.py"
    module.write_text("answer = 1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    zygotes.address = Address.of(kernel_environment(os.environ))
    process = zygotes.start("my_research")
    started = kernel()
    module.write_text("answer = 23")
    kernel()
    started.do(started.manager.shutdown_kernel(now=True))
    assert process.wait(timeout=20) == 0


def test_a_zygote_that_has_started_threads_gives_no_kernel(zygotes, kernel, tmp_path, monkeypatch):
    (tmp_path / "threading_research.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    zygotes.address = Address.of(kernel_environment(os.environ))
    zygotes.start("threading_research")
    assert kernel().kind == "plain: something that the zygote imported has started a thread, and it cannot fork safely"


def test_another_environment_has_another_zygote(warm_kernels):
    here = kernel_environment(os.environ)
    assert Address.of(here) == Address.of({**here, "TZ": "Asia/Tokyo", "OMP_NUM_THREADS": "1"})
    assert Address.of(here) != Address.of({**here, "PYTHONPATH": "elsewhere"})


def test_a_zygote_ends_when_nobody_needed_it_for_long(zygotes):
    assert zygotes.start(idle_seconds=0.1).wait(timeout=30) == 0


def test_a_zygote_ends_with_the_last_who_holds_it(zygotes):
    process = zygotes.start()
    first, second = hold(zygotes.address), hold(zygotes.address)
    first.close()
    assert process.poll() is None
    second.close()
    assert process.wait(timeout=30) == 0


HOLDER = """
import os, sys, time
from aurelius_kernel.lab.environment import kernel_environment
from aurelius_kernel.lab.zygote import Address, hold
held = hold(Address.of(kernel_environment(os.environ)))
print("held", flush=True)
time.sleep(1000)
"""


def test_a_zygote_ends_with_a_server_that_is_killed(zygotes):
    process = zygotes.start()
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.wait(timeout=20)
    holder.stdout.close()
    assert process.wait(timeout=30) == 0


def test_nonsense_on_the_socket_is_let_go_and_others_are_served(zygotes, kernel):
    zygotes.start()
    for nonsense in (b"{", b"[]", b"{}", b'{"protocol": 1}', b'{"protocol": 1, "arguments": [], "environment": 3}', b"\xff" * 1000):
        with connect(zygotes.address.socket, 5) as connection:
            connection.send(nonsense)
            assert list(iter(lambda: connection.recv(10_000), b""))[1:] == []  # a refusal at most, then the end
    assert kernel().kind == "warm"


def test_a_folder_that_others_can_enter_is_refused(warm_kernels, tmp_path, monkeypatch):
    (tmp_path / f"aurelius-{os.getuid()}").mkdir(mode=0o755)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(Unavailable, match="is not a folder that only its user can enter"):
        Address.of(kernel_environment(os.environ))


def test_a_folder_with_too_long_a_name_is_refused(warm_kernels, tmp_path, monkeypatch):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    with pytest.raises(Unavailable, match="too long a name for a socket"):
        Address.of(kernel_environment(os.environ))


def test_nobody_else_may_connect(zygotes):
    zygotes.start()
    modes = [oct(path.stat().st_mode & 0o777) for path in (zygotes.address.socket.parent, zygotes.address.socket)]
    assert modes == ["0o700", "0o600"]


def test_warm_kernels_can_be_turned_off(zygotes, kernel, monkeypatch):
    zygotes.start()
    monkeypatch.setenv("AURELIUS_WARM_KERNELS", "off")
    assert kernel().kind == "plain: AURELIUS_WARM_KERNELS is off"


FIRST = """
import time
began = time.perf_counter()
import numpy as np, pandas as pd, vectorbt as vbt
close = pd.Series(100 + np.sin(np.arange(250)), index=pd.date_range("2010-01-04", periods=250))
average = vbt.MA.run(close, 10)
vbt.Portfolio.from_signals(close, average.ma_crossed_below(close), average.ma_crossed_above(close), freq="1D").stats()
took = time.perf_counter() - began
"""


def test_a_real_zygote_forks_kernels_whose_first_portfolio_is_there_at_once(warm_kernels, kernel):
    keeper = Keeper()
    keeper.start()
    address = Address.of(kernel_environment(os.environ))
    try:
        assert wait_until(address.socket.exists, seconds=240)  # in a fresh clone vectorbt is compiled here
        started = kernel()
        assert started.kind == "warm"
        assert started.run(FIRST)["status"] == "ok"
        assert started.ask("took") < 5  # a tenth of a second on a quiet machine; a plain kernel takes several
    finally:
        keeper.stop()
    started.do(started.manager.shutdown_kernel(now=True))
    assert wait_until(lambda: not address.socket.exists())
