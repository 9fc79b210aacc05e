"""What every test stands on: a home of its own, no settings from outside, and the order of the folders."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = ("AURELIUS_", "DATABASE_URL", "REDIS_URL", "DASK_", "JWT_", "CORS_ORIGINS")

settings.register_profile("aurelius", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("aurelius")

# A shell that started the tests in the background has them ignore Ctrl-C, and so would every process they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Compiled code is worth keeping from one run of the tests to the next; Numba reads this once, at import.
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "var" / "numba"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(OUTSIDE)]:
            patch.delenv(name)
        patch.setenv("AURELIUS_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("AURELIUS_WARM_KERNELS", "off")  # tests/support/warm.py has one zygote for those that want it
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the cheap checks of the house first, which explain most of what follows."""
    items.sort(key=lambda item: "architecture" not in item.path.parts)
