"""What the dashboards' tests share."""

from pathlib import Path

import pytest


@pytest.fixture
def checkout():
    """The folder of the project."""
    return Path(__file__).parents[3]
