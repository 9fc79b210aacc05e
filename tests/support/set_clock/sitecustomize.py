"""On PYTHONPATH, this sets the clock of a process: wrong by as many seconds as the file says that SET_CLOCK names."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from aurelius_kernel import clock

OFFSET = Path(os.environ["SET_CLOCK"])
true_time = time.time


def offset() -> float:
    return float(OFFSET.read_text())


class SetDatetime(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(seconds=offset())


time.time = lambda: true_time() + offset()
clock.datetime = SetDatetime
