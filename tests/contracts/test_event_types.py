"""The table of event types: what the wire contract promises, and all that the platform sends."""

import ast
from pathlib import Path

from server_ext.events.types import CONTROL, DEFAULTS, EVENT_TYPES

PLATFORM = Path(__file__).parents[2] / "server_ext"
BY_DEFAULT = (
    "dashboard_update strategy_created backtest_started backtest_completed backtest_failed validation_completed notification"
)


def test_a_connection_starts_with_the_types_that_the_contract_names():
    assert set(BY_DEFAULT.split()) == DEFAULTS


def test_every_default_is_a_type():
    assert set(EVENT_TYPES) >= DEFAULTS


def test_no_type_of_the_log_bears_the_name_of_a_frame_of_the_servers_own():
    assert set(EVENT_TYPES) & set(CONTROL) == set()


def test_every_type_says_what_it_tells_in_a_sentence():
    assert [row.name for row in EVENT_TYPES.values() if not row.sentence.endswith(".") or not row.fields] == []


def test_every_event_that_the_platform_writes_is_in_the_table():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PLATFORM.rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [keyword.value for call in calls if called(call) == "Event" for keyword in call.keywords if keyword.arg == "type"]
    written = {value.value for value in made if isinstance(value, ast.Constant)}
    assert written - set(EVENT_TYPES) == set()


def called(call):
    return call.func.id if isinstance(call.func, ast.Name) else ""
