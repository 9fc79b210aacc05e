from types import SimpleNamespace

import numpy as np
import pytest
from backtesting.test import GOOG


@pytest.fixture(scope="session")
def goog():
    """Daily bars of GOOG as plain arrays; a test-only sample."""
    return SimpleNamespace(**{name.lower(): GOOG[name].to_numpy(np.float64) for name in GOOG.columns})
