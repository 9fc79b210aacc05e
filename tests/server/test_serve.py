"""How `aurelius serve` sets Jupyter up."""

import logging
from pathlib import Path

import pytest
from jupyter_server.serverapp import ServerApp

from server_ext.cli.serve import configuration
from server_ext.settings import Settings


@pytest.fixture
def configured(tmp_path, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path))

    def configure(**environment):
        return configuration(Settings.read(environment), host="127.0.0.1", port=1, folder=Path())["ServerApp"]

    return configure


@pytest.mark.parametrize(("level", "expected"), [("debug", 10), ("info", 30), ("warning", 30), ("error", 40)])
def test_every_level_of_the_log_is_one_that_jupyter_knows(configured, level, expected):
    found = configured(AURELIUS_LOG_LEVEL=level)["log_level"]
    assert found == expected
    assert ServerApp(log_level=found).log.getEffectiveLevel() in {expected, logging.WARNING, logging.DEBUG}


def test_a_new_cookie_secret_signs_every_browser_out(configured):
    one, other = configured(AURELIUS_COOKIE_SECRET="ab12cd34ef" * 5), configured(AURELIUS_COOKIE_SECRET="12ab34cdef" * 5)
    assert one["cookie_secret"] != other["cookie_secret"]


def test_the_doors_are_ours_and_nothing_is_served_to_strangers(configured):
    found = configured()
    assert found["identity_provider_class"] == "server_ext.doors.identity.AureliusIdentityProvider"
    assert found["allow_unauthenticated_access"] is False
