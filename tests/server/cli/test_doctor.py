from importlib import metadata

import pytest


def findings(outcome):
    return {finding["what"]: finding for finding in outcome.document}


def test_a_home_that_is_set_up_is_sound(aurelius, at_home, demo):
    told = aurelius("doctor", "--json")
    assert (told.code, {finding["state"] for finding in told.document} - {"advice"}) == (0, {"ok"})
    assert "data sets" in findings(told)["bars"]["detail"]


def test_an_empty_home_is_advised_what_to_do(aurelius, empty_home, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(empty_home / "numba"))
    told = findings(aurelius("doctor", "--json"))
    assert (told["bars"]["state"], told["bars"]["remedy"]) == ("advice", "aurelius data samples")
    assert (told["engine"]["state"], told["engine"]["remedy"]) == ("advice", "aurelius warmup")
    assert not empty_home.exists()


def test_a_missing_package_is_named_with_how_to_get_it(aurelius, at_home, monkeypatch):
    real = metadata.version

    def version(name):
        if name == "vectorbt":
            raise metadata.PackageNotFoundError
        return real(name)

    monkeypatch.setattr("server_ext.cli.doctor.metadata.version", version)
    told = aurelius("doctor", "--json")
    research = findings(told)["packages: research"]
    assert (told.code, research["state"], research["remedy"]) == (1, "missing", 'pip install "aurelius[research]"')
    assert "vectorbt" in research["detail"]


def test_a_home_that_cannot_be_written_is_missing(aurelius, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path / "file" / "home"))
    assert findings(aurelius("doctor", "--json"))["home"]["state"] == "missing"


@pytest.mark.parametrize("browser", [None, "/usr/bin/chromium"])
def test_chromium_is_advice_only(aurelius, at_home, monkeypatch, browser):
    monkeypatch.setattr("shutil.which", lambda _: browser)
    assert findings(aurelius("doctor", "--json"))["Chromium"]["state"] == ("ok" if browser else "advice")
