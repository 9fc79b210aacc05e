"""A zygote that loads for somebody who is gone ends at once, and goes on for one who is there."""

from __future__ import annotations

import subprocess
import sys
from socket import socketpair

LOADING = """
import sys, time
from socket import socket
from aurelius_kernel.lab.zygote.deserted import ending_when_deserted
with ending_when_deserted([socket(fileno=int(number)) for number in sys.argv[2:]]):
    print("loading", flush=True)
    time.sleep(float(sys.argv[1]))
print("loaded", flush=True)
"""


def loading(seconds, *holders):
    numbers = [holder.fileno() for holder in holders]
    command = [sys.executable, "-c", LOADING, str(seconds), *map(str, numbers)]
    started = subprocess.Popen(command, pass_fds=numbers, stdout=subprocess.PIPE, text=True)
    assert started.stdout.readline() == "loading\n"
    return started


def test_when_every_holder_is_gone_it_ends():
    (ours, theirs), (other, others) = socketpair(), socketpair()
    process = loading(600, theirs, others)
    for end in (ours, theirs, other, others):
        end.close()
    assert process.communicate(timeout=60) == ("", None)
    assert process.returncode == 0


def test_while_one_holder_is_there_it_goes_on():
    (ours, theirs), (other, others) = socketpair(), socketpair()
    process = loading(5, theirs, others)
    ours.close()
    other.send(b"x")
    assert process.communicate(timeout=60)[0] == "loaded\n"


def test_without_holders_it_goes_on():
    assert loading(3).communicate(timeout=60)[0] == "loaded\n"
