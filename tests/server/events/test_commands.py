"""Commands: four small objects, and a clear answer to everything else."""

import pytest

from aurelius_kernel.errors import AureliusError
from server_ext.events.commands import Inbound, Ping, Resume, Subscribe, TooFast, Unsubscribe, parse


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ('{"action":"ping","timestamp":3}', Ping(action="ping", timestamp=3)),
        ('{"action":"ping"}', Ping(action="ping")),
        ('{"action":"resume","after":7}', Resume(action="resume", after=7)),
        ('{"action":"resume","after":7,"epoch":"e"}', Resume(action="resume", after=7, epoch="e")),
        ('{"action":"unsubscribe","events":["notification"]}', Unsubscribe(action="unsubscribe", events=["notification"])),
        (
            '{"action":"subscribe","events":["job_failed"],"job_id":"1"}',
            Subscribe(action="subscribe", events=["job_failed"], job_id="1"),
        ),
    ],
)
def test_a_command_is_read(message, command):
    assert parse(message) == command


def test_every_other_field_of_a_subscription_narrows_it():
    assert parse('{"action":"subscribe","events":["job_failed"],"job_id":"1"}').fields == {"job_id": "1"}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", "invalid_json"),
        ("{", "invalid_json"),
        ("NaN", "invalid_json"),
        ("[]", "invalid_json"),
        ('"ping"', "invalid_json"),
        ("[" * 10_000, "invalid_json"),
        ('{"a":' * 10_000, "invalid_json"),
        (b"\x00\x01", "invalid_json"),
        ("{}", "unknown_name"),
        ('{"action":null}', "unknown_name"),
        ('{"action":"shout"}', "unknown_name"),
        ('{"action":["ping"]}', "unknown_name"),
        ('{"action":"ping","timestamp":"now"}', "invalid_field"),
        ('{"action":"ping","extra":1}', "invalid_field"),
        ('{"action":"resume"}', "invalid_field"),
        ('{"action":"resume","after":-1}', "invalid_field"),
        ('{"action":"resume","after":"7"}', "invalid_field"),
        ('{"action":"resume","after":1e400}', "invalid_json"),
        ('{"action":"resume","after":99999999999999999999999999}', "invalid_field"),
        ('{"action":"subscribe"}', "invalid_field"),
        ('{"action":"subscribe","events":[]}', "invalid_field"),
        ('{"action":"subscribe","events":"notification"}', "invalid_field"),
        ('{"action":"subscribe","events":[1]}', "invalid_field"),
        ('{"action":"subscribe","events":["job_failed"],"job_id":1}', "invalid_field"),
        ('{"action":"subscribe","events":["job_failed"],"job_id":{"a":1}}', "invalid_field"),
        ('{"action":"ping","timestamp":"' + "x" * 65_536 + '"}', "too_large"),
        ("ü" * 40_000, "too_large"),
    ],
)
def test_w4_anything_else_is_refused_with_a_code_and_a_sentence(message, code):
    with pytest.raises(AureliusError) as refused:
        parse(message)
    assert refused.value.code == code
    assert refused.value.message.endswith((".", "?"))
    assert len(refused.value.message) < 500


def test_fifty_messages_a_second_pass_and_the_next_second_is_a_new_one():
    inbound = Inbound()
    for _ in range(50):
        inbound.count(1.2)
    with pytest.raises(TooFast):
        inbound.count(1.9)
    inbound.count(2.0)


def test_ten_wrong_messages_in_a_row_are_too_many_and_a_right_one_forgives_nine():
    inbound = Inbound()
    assert [inbound.refused() for _ in range(9)] == [False] * 9
    inbound.understood()
    assert [inbound.refused() for _ in range(10)] == [False] * 9 + [True]
