from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts import setup

MIRROR = "https://mirror.example.com/simple"


@pytest.fixture
def venv(monkeypatch, tmp_path) -> Path:
    """A place for an environment, with an interpreter in it."""
    folder = tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    (folder / "pyvenv.cfg").write_text("version = 3.11.7\n")
    for name, path in {"VENV": folder, "PYTHON": folder / "bin" / "python", "STAMP": folder / "setup.stamp"}.items():
        monkeypatch.setattr(setup, name, path)
    return folder


def test_a_setup_that_was_finished_is_not_done_again(venv):
    assert not setup.is_ready()
    setup.write_stamp()
    assert setup.is_ready()


def test_a_setup_is_done_again_when_the_interpreter_changed(venv):
    setup.write_stamp()
    (venv / "pyvenv.cfg").write_text("version = 3.12.1\n")
    assert not setup.is_ready()


def test_a_setup_is_done_again_when_the_lock_changed(venv, monkeypatch, tmp_path):
    setup.write_stamp()
    changed = tmp_path / "requirements.lock"
    changed.write_text("numpy==1.0\n")
    monkeypatch.setattr(setup, "LOCK", changed)
    assert not setup.is_ready()


def test_settings_that_would_mislead_the_install_are_left_out_and_mirrors_stay():
    given = {
        "PYTHONDONTWRITEBYTECODE": "1",
        "VIRTUAL_ENV": "elsewhere",
        "PIP_USER": "1",
        "PIP_INDEX_URL": MIRROR,
        "UV_INDEX": MIRROR,
    }
    assert setup.clean_environment(given) == {"PIP_INDEX_URL": MIRROR, "UV_INDEX": MIRROR}


def test_the_lines_of_pip_config_become_settings():
    lines = [
        f"global.index-url='{MIRROR}'",
        ":env:.cert='ca.pem'",
        "global.extra-index-url='one\\n two'",
        "install.timeout='3'",
        "",
    ]
    assert list(setup.pip_settings(lines)) == [("index-url", MIRROR), ("cert", "ca.pem"), ("extra-index-url", "one two")]


@pytest.mark.parametrize(
    ("told", "environment", "expected"),
    [
        (
            {"index-url": MIRROR, "cert": "ca.pem"},
            {},
            {"UV_DEFAULT_INDEX": MIRROR, "UV_INDEX_STRATEGY": "unsafe-best-match", "SSL_CERT_FILE": "ca.pem"},
        ),
        ({"index-url": MIRROR, "cert": "ca.pem"}, {"UV_INDEX": "own"}, {"SSL_CERT_FILE": "ca.pem", "UV_INDEX": "own"}),
        ({"cert": "ca.pem"}, {"SSL_CERT_FILE": "own.pem"}, {"SSL_CERT_FILE": "own.pem"}),
        ({"extra-index-url": MIRROR}, {}, {}),
    ],
)
def test_uv_is_told_of_a_mirror_that_only_pip_knows(told, environment, expected):
    assert setup.under_uv_names(told, environment) == expected


def test_uv_itself_is_locked():
    assert setup.locked("uv").startswith("uv==")


def test_an_environment_copied_from_elsewhere_or_without_interpreter_is_not_kept(venv, monkeypatch):
    monkeypatch.setattr(setup, "PYTHON", Path(sys.executable))
    assert not setup.venv_is_sound()
    monkeypatch.setattr(setup, "PYTHON", Path("no-such-python"))
    assert not setup.venv_is_sound()


def test_without_chromium_the_setup_says_how_to_get_it_and_goes_on(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    setup.find_chromium()
    assert "apt-get install" in capsys.readouterr().out


def test_a_compilation_that_fails_does_not_stop_the_setup(venv, capsys):
    setup.warm_up({})
    assert "the first run will be slower" in capsys.readouterr().out
