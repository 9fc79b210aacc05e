"""Each notebook is executed once, on a home that has the samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from aurelius_kernel.artifacts import Store
from aurelius_kernel.assets import asset
from aurelius_kernel.data import install_samples
from server_ext.jobs import FinishedRun, run_notebook
from tests.support.warm import warm

WALK = {
    "strategy": "trend_following",
    "grid": {"fast": [5, 10], "slow": [20, 40]},
    "instruments": ["GOOG"],
    "end": "2007-12-31",
    "train_days": 200,
    "test_days": 100,
    "embargo": 20,
    "seed": 7,
}
SMALL = {
    "backtest.ipynb": {
        "strategy": "trend_following",
        "parameters": {"fast": 5, "slow": 20},
        "instruments": ["GOOG", "IBM"],
        "start": "2010-01-01",
        "end": "2011-12-31",
        "costs": {"commission_bps": 20.0},
        "sizing": {"kind": "fraction_of_equity", "fraction": 0.4},
        "seed": 7,
    },
    "generate.ipynb": {"goal": "breakout, drawdown < 30%", "tries": 8, "instruments": ["GOOG"], "end": "2007-12-31", "seed": 7},
    "orchestrate.ipynb": {"goal": "breakout", "risk": "aggressive", "tries": 8, "instruments": ["GOOG"], "end": "2007-12-31"},
    "reflexion.ipynb": {"failed": ["max_drawdown"], "train_days": 120, "test_days": 60},
    "sweep.ipynb": {
        "strategy": "trend_following",
        "grid": {"fast": [5, 10, 20], "slow": [20, 40]},
        "where": "fast < slow",
        "instruments": ["GOOG"],
        "end": "2011-12-31",
        "stop_loss": 0.1,
        "metrics": "all",
        "seed": 7,
    },
    "report.ipynb": {"trials": 6},
    "walk_forward.ipynb": WALK,
    "overfitting.ipynb": WALK,
}
"""What each notebook is given so that it runs in seconds."""


@pytest.fixture(scope="package")
def home(tmp_path_factory):
    """A home with the samples, in force for the tests of this folder."""
    folder = tmp_path_factory.mktemp("notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(folder))
        for name, value in warm().items():
            patch.setenv(name, value)
        install_samples()
        yield folder


class Executed(Mapping[str, FinishedRun]):
    """What each shipped notebook gave, by its name; each is executed when it is first looked at."""

    def __init__(self) -> None:
        self._paths = {path.name: path for path in sorted(asset("notebooks").glob("*.ipynb"))}
        self._runs: dict[str, FinishedRun] = {}

    def __getitem__(self, name: str) -> FinishedRun:
        if name not in self._runs:
            parent = {"parent": self["backtest.ipynb"].result} if name == "reflexion.ipynb" else {}
            self._runs[name] = run_notebook(self._paths[name], SMALL[name] | parent, store=Store(), timeout=300)
        return self._runs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


@pytest.fixture(scope="package")
def executed(home):
    """What each notebook gave, by its name."""
    return Executed()
