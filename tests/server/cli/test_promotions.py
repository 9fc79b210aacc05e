"""`aurelius promotions`: the platform's policy as the API has it, and refusals that say what is missing."""

import json

import pytest


def test_the_policy_is_that_of_the_api(staff, command_line):
    shown = command_line("promotions", "policy", "--json")
    assert (shown.code, json.loads(shown.out)) == (0, staff["viewer-a"].get("/api/v1/policy").json())


def test_promotions_are_those_of_the_api(staff, command_line):
    listed = command_line("promotions", "list", "--json")
    assert (listed.code, json.loads(listed.out)) == (0, staff["admin"].get("/api/v1/promotions/").json())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["policy", "--reason", "calmer"], 2, "must name the limit that changes"),
        (["policy", "--set", "maximum_fun=1", "--reason", "more"], 2, "maximum_fun"),
        (["policy", "--set", "maximum_drawdown=0.2"], 2, "reason"),
        (["policy", "--set", "maximum_drawdown=0.2", "--reason", "calmer", "--as", "analyst-a@example.com"], 1, "role admin"),
        (["ask", "nowhere", "--reason", "It is time."], 2, "no such strategy"),
        (["approve", "nowhere"], 2, "no such promotion"),
        (["waive", "nowhere", "--reason", "Seed money only."], 2, "no such strategy"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(staff, command_line, arguments, code, said):
    told = command_line("promotions", *arguments)
    assert (told.code, said in told.err) == (code, True), told.err
