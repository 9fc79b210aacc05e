"""Compiled code is kept where it can be written to, whatever the environment says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SWEEP = """
import os, warnings
from numba import njit
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import aurelius_kernel.engine.compiled
@njit(cache=True)
def twice(number):
    return 2 * number
assert twice(2) == 4
print(os.environ["NUMBA_CACHE_DIR"])
print([str(warning.message) for warning in caught if "compiled code" in str(warning.message)])
"""


@pytest.fixture
def ran(tmp_path):
    """Compile something in a process of its own: the folder it was kept in, and what was warned of."""
    script = tmp_path / "script.py"
    script.write_text(SWEEP)

    def call(**variables: str) -> tuple[Path, str]:
        environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
        done = subprocess.run(
            [sys.executable, str(script)], env=environment | variables, capture_output=True, text=True, timeout=120, check=True
        )
        folder, warned = done.stdout.splitlines()
        return Path(folder), warned

    return call


def kept(folder: Path) -> int:
    return len(list(folder.rglob("*.nbi")))


def test_without_a_word_it_is_a_folder_of_the_home(ran, tmp_path):
    folder, warned = ran(AURELIUS_HOME=str(tmp_path / "home"))
    assert (folder, warned, kept(folder)) == (tmp_path / "home" / "numba", "[]", 1)


def test_the_folder_that_is_named_is_made_and_used(ran, tmp_path):
    folder, warned = ran(AURELIUS_HOME=str(tmp_path / "home"), NUMBA_CACHE_DIR=str(tmp_path / "of" / "code"))
    assert (folder, warned, kept(folder)) == (tmp_path / "of" / "code", "[]", 1)


@pytest.mark.parametrize("variable", ["NUMBA_CACHE_DIR", "AURELIUS_HOME"])
def test_where_it_cannot_be_written_to_code_is_compiled_all_the_same(ran, tmp_path, variable):
    file = tmp_path / "file"
    file.touch()
    folder, warned = ran(**{"AURELIUS_HOME": str(tmp_path / "home"), variable: str(file / "below")})
    assert f"{file / 'below'}" in warned
    assert kept(folder) == 1
