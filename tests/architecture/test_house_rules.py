from __future__ import annotations

import re
from pathlib import Path

import pytest

LONGEST = 500
# Put together here, so that this file does not break its own rules.
REGISTRIES = tuple(f"{name}.{end}" for end in ("org", "com") for name in ("pypi", "pythonhosted", "npmjs", "yarnpkg", "anaconda"))
MACHINES = ("root", "work", "tmp")
MACHINE_PATH = re.compile(rf"(?<![\w.~$}}/-])/(?:{'|'.join(MACHINES)})/")
UNFINISHED = re.compile(r"\b(?:{})\b".format("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X"))))


def registry_faults(text: str) -> list[str]:
    return [host for host in REGISTRIES if host in text]


def path_faults(text: str) -> list[str]:
    return MACHINE_PATH.findall(text)


def unfinished_faults(text: str) -> list[str]:
    return UNFINISHED.findall(text)


def length_faults(text: str) -> list[str]:
    lines = text.count("\n")
    return [f"{lines} lines"] if lines >= LONGEST else []


def found(texts: dict[Path, str], faults) -> dict[str, list[str]]:
    return {str(path): wrong for path, text in texts.items() if (wrong := faults(text))}


def test_no_file_names_the_host_of_a_package_registry(texts):
    assert found(texts, registry_faults) == {}


def test_no_file_names_a_path_of_the_machine_it_was_written_on(texts):
    assert found(texts, path_faults) == {}


def test_nothing_is_left_to_be_done_in_code(texts):
    code = {path: text for path, text in texts.items() if path.suffix in {".py", ".pyi", ".sql", ".ts", ".typ"}}
    assert found(code, unfinished_faults) == {}


def test_no_python_file_reaches_500_lines(python_texts):
    assert found(python_texts, length_faults) == {}


@pytest.mark.parametrize(
    ("faults", "text"),
    [
        (registry_faults, f"--index-url https://{REGISTRIES[0]}/simple"),
        (registry_faults, f"resolved: https://registry.{REGISTRIES[2]}/left-pad"),
        *((path_faults, f"open('/{machine}/bars.csv')") for machine in MACHINES),
        (unfinished_faults, "# TO" + "DO: later"),
        (length_faults, "pass\n" * LONGEST),
    ],
)
def test_each_rule_finds_what_it_forbids(faults, text):
    assert faults(text) != []


@pytest.mark.parametrize("text", ["POST /api/v1/work/items", "$HOME/tmp/bars.csv", "a path such as ~/work/main"])
def test_a_path_that_belongs_to_no_machine_is_fine(text):
    assert path_faults(text) == []
