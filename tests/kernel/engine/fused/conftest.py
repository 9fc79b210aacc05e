import numpy as np
import pytest

from aurelius_kernel.engine.fused.history import History


@pytest.fixture(scope="session")
def prices_in_cents() -> History:
    """A slow random walk over several tiles: prices stand still on many bars, and averages of them tie exactly."""
    draw = np.random.default_rng(7)
    close = np.round(20.0 * np.exp(np.cumsum(draw.normal(0.0, 0.0008, 2_000))), 2)
    opens = np.round(close * np.exp(draw.normal(0.0, 0.0004, 2_000)), 2)
    return History(opens, np.maximum(opens, close), np.minimum(opens, close), close, np.full(2_000, np.nan), np.arange(2_000))
