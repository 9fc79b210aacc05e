import json
import os
import pty
import subprocess
import sys
import time

import pytest

from server_ext.cli import main as entry
from server_ext.cli.main import COMMANDS


def test_the_help_answers_in_less_than_six_tenths_of_a_second(shell):
    def seconds():
        before = time.perf_counter()
        assert shell("--help").code == 0
        return time.perf_counter() - before

    assert min(seconds() for _ in range(3)) < 0.6


def test_the_help_names_every_command(aurelius):
    helped = aurelius("--help")
    assert [name for name in COMMANDS if name not in helped.out] == []


def test_every_command_of_the_table_is_there_and_helps(aurelius):
    assert {name: aurelius(name, "--help").code for name in COMMANDS} == dict.fromkeys(COMMANDS, 0)


def test_asked_for_nothing_it_prints_the_help(aurelius):
    assert aurelius().out.startswith("Usage: aurelius")
    assert aurelius("data").out.startswith("Usage: aurelius data")


def test_it_says_its_version(aurelius):
    assert aurelius("--version").out.startswith("aurelius ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["strategis"], "Unknown command 'strategis': did you mean strategies?"),
        (["data", "lisst"], "Unknown command 'lisst': did you mean list?"),
        (["data", "list", "--jsn"], "No such option '--jsn'."),
        (["strategies", "show"], "Missing argument 'NAME'."),
        (["backtest", "run", "x", "--capital", "much"], "'much' is not a valid float."),
    ],
)
def test_a_command_line_that_makes_no_sense_is_one_sentence_and_exit_2(aurelius, arguments, said):
    refused = aurelius(*arguments)
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert said in refused.err


def test_with_json_an_error_is_an_object_on_standard_error(aurelius):
    refused = aurelius("strategies", "show", "trend", "--json")
    assert (refused.code, refused.out) == (2, "")
    error = json.loads(refused.err)["error"]
    assert (error["code"], error["message"]) == ("unknown_name", "Unknown strategy type 'trend': did you mean trend_following?")


def test_a_defect_is_a_sentence_and_the_traceback_is_there_when_asked_for(aurelius, monkeypatch):
    monkeypatch.setattr(entry.root, "main", lambda **_: 1 / 0)
    failed = aurelius("doctor")
    assert (failed.code, failed.err.count("\n")) == (1, 1)
    assert "ZeroDivisionError: division by zero" in failed.err
    monkeypatch.setenv("AURELIUS_DEBUG", "1")
    assert "Traceback" in aurelius("doctor").err


def test_a_reader_that_leaves_early_is_no_error():
    pipe = f"{sys.executable} -m server_ext.cli strategies list --json | head -1"
    done = subprocess.run(["sh", "-c", pipe], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("[\n", "")


def test_standard_output_carries_json_alone(filled_home, shell):
    listed = shell("data", "check", "GOOG", "--json", AURELIUS_HOME=str(filled_home))
    assert [report["instrument"] for report in listed.document] == ["GOOG"]
    assert listed.err != ""


def test_at_a_terminal_progress_is_a_bar_on_standard_error_alone(filled_home):
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "server_ext.cli", "data", "check", "GOOG", "IBM", "--json"]
    environment = {**os.environ, "AURELIUS_HOME": str(filled_home), "TERM": "xterm"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=end, env=environment, timeout=60, check=True)
    os.close(end)
    assert len(json.loads(done.stdout)) == 2
    assert "━" in os.read(terminal, 100_000).decode(errors="replace")
    os.close(terminal)
