from pathlib import Path


def test_the_warm_up_fills_the_cache_of_compiled_code(shell, demo):
    warmed = shell("warmup", "--json")
    assert warmed.code == 0
    assert list(Path(warmed.document["cache"]).rglob("*.nbc")) != []


def test_an_engine_that_cannot_be_compiled_is_a_sentence(aurelius, monkeypatch):
    monkeypatch.setattr("server_ext.cli.warmup.WARM_UP", "raise SystemExit('no compiler here')")
    failed = aurelius("warmup")
    assert (failed.code, failed.err.splitlines()[-1]) == (1, "Error: The engine could not be compiled: no compiler here.")
