"""Progress: a bar before somebody's eyes, and in a job messages that the runner takes out of the notebook again."""

from __future__ import annotations

import html
import time
from collections import deque
from types import TracebackType
from typing import Any, Self

from IPython.display import DisplayHandle, display

from aurelius_kernel import mime
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.lab.surroundings import in_a_job
from aurelius_kernel.model.stage import Trading

__all__ = ["ProgressBar", "progress", "show_progress"]

MOST_A_SECOND = 5
BAR = (
    '<div style="display:flex;align-items:center;gap:.75em;max-width:42em">'
    '<progress max="1" value="{fraction:.4f}" style="flex:1"></progress><span>{words}</span></div>'
)


class ProgressBar:
    """How far one piece of work is; shows the first step, the last, and at most five a second.

    Before somebody's eyes it is one bar that moves; in a job each step is a message to whoever runs the notebook.
    """

    def __init__(self, label: str, *, total: float | None = None) -> None:
        if total is not None and not total > 0:
            raise InvalidField.of("total", f"must be more than 0, not {total}")
        self._label, self._total = label, total
        self._done, self._began = 0.0, time.monotonic()
        self._shown_at: deque[float] = deque(maxlen=MOST_A_SECOND - 1)  # room for the last step is kept
        self._handle: DisplayHandle | None = None

    def __enter__(self) -> Self:
        self._show(0.0, self._label, {}, force=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._show(1.0, self._label, {}, force=True)

    def update(self, done: float = 1.0, stage: str | None = None) -> None:
        """Add to what is done; of a total, or else any number of steps whose end is not known. `stage` says what comes next."""
        self.at(self._done + done, stage)

    def at(self, done: float, stage: str | None = None) -> None:
        """Say how much is done by now, and what comes next."""
        self._done = done
        fraction = min(1.0, max(0.0, done / self._total)) if self._total else 0.0
        words = f"{self._label}: {stage}" if stage else self._label
        self._show(fraction, words, {} if self._total else {"done": done})

    def __call__(self, fraction: float, stage: str) -> None:
        """Say the fraction done, 0 to 1, and what is being done: what a `progress` argument takes; 0 begins anew."""
        if fraction <= 0.0:
            self._began, self._handle = time.monotonic(), None
        self.show(fraction, stage)

    def show(self, fraction: float, stage: str) -> None:
        """Say the fraction done, 0 to 1, and what is being done."""
        account = dict(stage.account) if isinstance(stage, Trading) else {}
        self._show(fraction, str(stage), account, force=not 0.0 < fraction < 1.0)

    def stop(self, why: str) -> None:
        """Say in the bar's place that the work was stopped; a job's notebook keeps these words."""
        words = f"{self._label} {why} · {time.monotonic() - self._began:.1f} s".lstrip()
        drawn = {"text/plain": words, "text/html": f"<div>{html.escape(words)}</div>"}
        if self._handle is None:
            display(drawn, raw=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(drawn, raw=True)  # type: ignore[no-untyped-call]

    def _show(self, fraction: float, stage: str, more: dict[str, Any], *, force: bool = False) -> None:
        now = time.monotonic()
        is_full = len(self._shown_at) == self._shown_at.maxlen
        if is_full and not force and now - self._shown_at[0] < 1.0:
            return
        self._shown_at.append(now)
        if in_a_job():
            told = {"fraction": fraction, "stage": stage, **more}
            display({mime.PROGRESS: told}, raw=True)  # type: ignore[no-untyped-call]  # IPython leaves it untyped
        else:
            self._draw(fraction, stage, more)

    def _draw(self, fraction: float, stage: str, more: dict[str, Any]) -> None:
        words = " · ".join([stage, *_in_words(fraction, more), f"{time.monotonic() - self._began:.1f} s"])
        drawn = {"text/plain": words, "text/html": BAR.format(fraction=fraction, words=html.escape(words))}
        if self._handle is None:
            self._handle = DisplayHandle()  # type: ignore[no-untyped-call]
            self._handle.display(drawn, raw=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(drawn, raw=True)  # type: ignore[no-untyped-call]
        if fraction >= 1.0:
            self._handle = None  # what is shown after the end belongs to other work


def progress(label: str, *, total: float | None = None) -> ProgressBar:
    """A bar for any work in a notebook: `with ak.progress("simulating", total=100) as bar: bar.update()`.

    `total` is in whatever `update` adds up; without one the bar shows that work goes on, and how much was done. In a job, whoever
    watches it sees the same; the notebook keeps none of it. Raises InvalidField for a total that is not positive.
    """
    return ProgressBar(label, total=total)


def show_progress(fraction: float, stage: str) -> None:
    """Show how far the notebook's work is, from 0 to 1, and what it is doing: for `progress=` of `ak.backtest` and others."""
    whole(fraction, stage)


def _in_words(fraction: float, more: dict[str, Any]) -> list[str]:
    if "done" in more:
        return [f"{more['done']:,.10g} done"]
    percent = f"{100 * fraction:.0f} %"
    if "equity" not in more:
        return [percent]
    return [percent, str(more["bar_time"])[:10], f"equity {more['equity']:,.0f}", f"{more['trades']} trades"]


whole = ProgressBar("")
