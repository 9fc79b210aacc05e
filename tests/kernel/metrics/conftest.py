import numpy as np
import pytest
from arch.data import sp500
from backtesting.test import GOOG

BACON = (
    ".003 .026 .011 -.010 .015 .025 .016 .067 -.014 .040 -.005 .081 "
    ".040 -.037 -.061 .017 -.049 -.022 .070 .058 -.065 .024 -.005 -.009"
)


@pytest.fixture(scope="session")
def goog():
    """Close-to-close returns of GOOG; a test-only sample."""
    return GOOG["Close"].pct_change().dropna().to_numpy(np.float64)


@pytest.fixture(scope="session")
def sp500_returns():
    """Daily returns of the S&P 500, 1999 to 2018."""
    return sp500.load()["Adj Close"].pct_change().dropna().to_numpy(np.float64)


@pytest.fixture(scope="session")
def bacon():
    """The 24 monthly returns of C. Bacon, Practical Portfolio Performance Measurement and Attribution (2008)."""
    return np.array([float(value) for value in BACON.split()])
