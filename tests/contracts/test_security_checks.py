"""The page of security checks names tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/explanation/security-checks.md").read_text(encoding="utf-8")
CHECKS = dict(re.findall(r"^\| ([ABWI]\d+) \| .* \| (.+) \|$", PAGE, re.MULTILINE))


def test_every_check_of_the_platform_is_on_the_page():
    without = {"A": {11, 12, 13, 15, 16}, "B": {6, 7}, "W": set(), "I": {4}}
    last = {"A": 17, "B": 10, "W": 10, "I": 4}
    wanted = {f"{letter}{number}" for letter in last for number in range(1, last[letter] + 1) if number not in without[letter]}
    assert set(CHECKS) == wanted


@pytest.mark.parametrize("check", CHECKS)
def test_every_file_that_is_named_for_a_check_has_a_test_of_its_name(check):
    for name in re.findall(r"`(.+?\.py)`", CHECKS[check]):
        text = (ROOT / "tests/server" / name).read_text(encoding="utf-8")
        assert re.search(rf"def test_(?:[abwif]\d+_)*{check.lower()}_", text), name
