"""What a run says while it runs: written to its log and passed on, up to a bound."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = ["Transcript"]

MB = 1_000_000


class Transcript:
    """The log of one run. Beyond its bound nothing more is written, passed on or kept in the notebook, and it says so once."""

    def __init__(self, path: Path, most_mb: float, on_output: Callable[[str], None]) -> None:
        self._left, self._most_mb, self._on_output = int(most_mb * MB), most_mb, on_output
        self._file = path.open("a", encoding="utf-8", errors="replace")
        self.is_full = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    @property
    def closing_words(self) -> str:
        """What stands where the rest would be."""
        return f"\n… the output beyond {self._most_mb:g} MB was left out.\n"

    def write(self, text: str) -> str:
        """Write and pass on as much of the text as there is room for, and give that back, with the closing words once."""
        if self.is_full:
            return ""
        kept = text if len(text) <= self._left else text[: self._left] + self.closing_words
        self.is_full = len(text) > self._left
        self._left -= len(text)
        self._file.write(kept)
        self._file.flush()
        self._on_output(kept)
        return kept

    def has_room_for(self, data: Mapping[str, Any]) -> bool:
        """Whether a display may be kept in the notebook; it takes up room when it may."""
        size = sum(len(shown) if isinstance(shown, str) else len(json.dumps(shown)) for shown in data.values())
        if size > self._left:
            return False
        self._left -= size
        return True
