"""The OpenAPI document: made from the table, valid, and true."""

import contextlib
import json
import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks, not_a_server_error

from server_ext.access.permissions import PERMISSIONS, PUBLIC
from server_ext.routes import ROUTES
from server_ext.web.document import document
from tests.support.running import PASSWORD

DOCUMENT = document(ROUTES, "1")
ENDS_A_SESSION = {"/api/auth/logout", "/api/auth/logout-all", "/api/auth/change-password", "/api/auth/users/{user_id}"}
TRIES = 10
PATIENCE = 60
"""Seconds: how long an answer takes on a busy machine is not what is asked here."""
load_all_checks()
CONFORMS = [
    not_a_server_error,
    *CHECKS.get_by_names(["status_code_conformance", "response_schema_conformance", "content_type_conformance"]),
]


def test_the_document_is_valid_openapi():
    schemathesis.openapi.from_dict(DOCUMENT).validate()
    for name, schema in DOCUMENT["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert schema.get("description"), name


def test_every_reference_leads_to_a_schema_of_one_plain_name():
    named = {path.rpartition("/")[2] for path in re.findall(r'"\$ref": "([^"]+)"', json.dumps(DOCUMENT))}
    assert named - set(DOCUMENT["components"]["schemas"]) == set()
    assert [name for name in named if "__" in name] == []


def test_every_route_stands_in_it_with_a_sentence():
    told = {(method.upper(), path) for path, calls in DOCUMENT["paths"].items() for method in calls}
    calls = [call for calls in DOCUMENT["paths"].values() for call in calls.values()]
    assert told == {(route.method, route.path) for route in ROUTES}
    assert [call["summary"] for call in calls if not call["summary"].endswith(".")] == []
    assert len({call["operationId"] for call in calls}) == len(calls)


@pytest.fixture(scope="module")
def questions(server):
    """Every call of the document with what it is asked, well and badly, of this server; the same of everybody."""
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.config.update(base_url=server.url)
    return [
        (operation, {mode: cases(operation, mode) for mode in GenerationMode})
        for operation in (result.ok() for result in schema.get_all_operations())
    ]


def cases(operation, mode):
    """What a call may be asked; nothing where a call that takes nothing is to be asked wrongly."""
    made = []

    @settings(
        max_examples=TRIES,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def take(case):
        made.append(case)

    with contextlib.suppress(Unsatisfiable):
        take()
    return made


def test_i3_every_call_is_asked_well_and_all_but_those_that_take_nothing_badly_too(questions):
    unasked = {mode: [operation.label for operation, asked in questions if not asked[mode]] for mode in GenerationMode}
    takes_nothing = [operation.label for operation, _ in questions if not (operation.body or list(operation.iter_parameters()))]
    assert unasked == {GenerationMode.POSITIVE: [], GenerationMode.NEGATIVE: takes_nothing}


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("who", ["admin", "analyst-a", "viewer-a"])
def test_i3_nothing_that_is_sent_brings_a_500_or_an_answer_the_document_does_not_know(questions, house, who, mode):
    for operation, asked in questions:
        if operation.path not in ENDS_A_SESSION:
            ask(asked[mode][: tries(operation, who.partition("-")[0])], house[who])


@pytest.mark.parametrize("role", ["admin", "analyst", "viewer"])
def test_i3_nor_does_what_ends_a_session(server, questions, house, role):
    account = {"email": f"fuzz-{role}@example.com", "name": "Some body", "password": PASSWORD, "role": role}
    house["admin"].post("/api/auth/users/", account).raise_for_status()
    person = server.stranger()
    person.email = account["email"]
    for operation, asked in questions:
        if operation.path in ENDS_A_SESSION:
            for mode in GenerationMode:
                person.tokens = person.login().raise_for_status().json()
                ask(asked[mode][: tries(operation, role)], person)


def tries(operation, role):
    """How often a call is asked: who may not make it is refused before anything else is looked at."""
    permission = next(
        route.permission for route in ROUTES if (route.method, route.path) == (operation.method.upper(), operation.path)
    )
    return TRIES if permission == PUBLIC or role in PERMISSIONS[permission] else 2


def ask(cases, person):
    for case in cases:
        case.call_and_validate(headers=person.bearer(), checks=CONFORMS, timeout=PATIENCE)
