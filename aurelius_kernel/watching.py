"""Long calls that somebody watches without having passed a `progress`: a notebook draws a bar for each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar

__all__ = ["Watch", "silent", "watch_calls", "watched"]

P = ParamSpec("P")
R = TypeVar("R")

Tell: TypeAlias = Callable[[float, str], None]
Watch: TypeAlias = Callable[[str, str], AbstractContextManager[Tell]]
"""Given the name of a call and what is kept of it when it is interrupted; what it gives is told how far the call is."""

NOTHING = "Nothing of it was kept, as keep=False asked."


def silent(_fraction: float, _stage: str) -> None:
    """Tell nobody: the `progress` of a call that was given none and is not watched."""


class _Watching:
    watch: Watch | None = None
    is_busy = False


def watch_calls(watch: Watch | None) -> None:
    """Have `watch` see every long call from now on that is given no `progress`; None ends that.

    Calls that another call makes are part of that one, and calls of other threads than the main one are nobody's to watch.
    """
    _Watching.watch = watch


def watched(kept: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a call that takes long and has a `progress`; `kept` says what is left of it when it is interrupted."""

    def marked(call: Callable[P, R]) -> Callable[P, R]:
        @wraps(call)
        def told(*args: P.args, **kwargs: P.kwargs) -> R:
            if _Watching.is_busy or threading.current_thread() is not threading.main_thread():
                return call(*args, **kwargs)
            _Watching.is_busy = True
            try:
                if _Watching.watch is None or kwargs.get("progress") is not None:
                    return call(*args, **kwargs)
                with _Watching.watch(call.__name__, NOTHING if kwargs.get("keep") is False else kept) as tell:
                    seen: dict[str, Any] = {**kwargs, "progress": tell}
                    return call(*args, **seen)
            finally:
                _Watching.is_busy = False

        return told

    return marked
