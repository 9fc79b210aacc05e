"""Passwords: which are taken, and what checking one costs the rest."""

import asyncio
import time
import unicodedata

import pytest

from aurelius_kernel.errors import InvalidField
from server_ext.accounts.passwords import Passwords, check_password
from server_ext.errors import Busy


@pytest.mark.parametrize(
    "password",
    ["seven77", "password", "PASSWORD", "12345678", "iloveyou", "qwertyuiop", "aaaaaaaaaaaa", "ok\0okokok", "x" * 1025, ""],
)
def test_a14_short_common_and_malformed_passwords_are_refused(password):
    with pytest.raises(InvalidField, match="password"):
        check_password(password)


@pytest.mark.parametrize("password", ["violet-harbour", "żółta gęś 7", "x9z" * 30, "correct horse battery staple " * 10])
def test_a14_long_and_foreign_passwords_are_taken_whole(password):
    check_password(password)
    passwords = Passwords()
    stored = passwords.hash_now(password)
    assert asyncio.run(passwords.matches(password, stored))
    assert not asyncio.run(passwords.matches(password[:-1], stored))


def test_a14_two_spellings_of_one_text_are_one_password():
    passwords = Passwords()
    composed = unicodedata.normalize("NFC", "pâté-crème-8")
    stored = passwords.hash_now(composed)
    assert asyncio.run(passwords.matches(unicodedata.normalize("NFD", composed), stored))


def test_no_account_takes_as_long_as_a_wrong_password():
    passwords = Passwords()
    stored = passwords.hash_now("violet-harbour")

    async def spent():
        taken = {None: [], stored: []}
        for against in [None, stored] * 15:
            start = time.process_time()  # of all threads; what else the machine does is not in it
            assert not await passwords.matches("wrong", against)
            taken[against].append(time.process_time() - start)
        return [min(times) for times in taken.values()]

    without, wrong = asyncio.run(spent())
    assert without == pytest.approx(wrong, rel=0.4)


def test_a10_more_checks_than_can_wait_are_refused_at_once():
    passwords = Passwords()

    async def flood():
        return await asyncio.gather(*(passwords.matches("x", None) for _ in range(200)), return_exceptions=True)

    answers = asyncio.run(flood())
    assert sum(isinstance(answer, Busy) for answer in answers) == 160
