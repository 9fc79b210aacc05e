"""Progress, told by displays that a runner takes out of the notebook again."""

from __future__ import annotations

import time

from IPython.display import display

from aurelius_kernel import mime

__all__ = ["show_progress"]

SPACING = 0.1


class Pace:
    """Lets the first, the last and at most ten messages a second pass."""

    def __init__(self) -> None:
        self.last = float("-inf")

    def passes(self, fraction: float) -> bool:
        """Whether a message at that fraction is to be shown now."""
        now = time.monotonic()
        if 0.0 < fraction < 1.0 and now - self.last < SPACING:
            return False
        self.last = now
        return True


pace = Pace()


def show_progress(fraction: float, stage: str) -> None:
    """Tell whatever runs this notebook how far its work is, from 0 to 1, and what it is doing; JupyterLab shows nothing."""
    if pace.passes(fraction):
        display({mime.PROGRESS: {"fraction": fraction, "stage": stage}}, raw=True)  # type: ignore[no-untyped-call]  # IPython leaves it untyped
