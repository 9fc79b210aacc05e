"""The names that may stand at the end of a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aurelius_kernel.lab.completion.calls import words_in_call
from aurelius_kernel.lab.completion.cursor import cursor_at
from aurelius_kernel.lab.completion.known import starting
from aurelius_kernel.lab.completion.magic_lines import words_in_magic

__all__ = ["names_at"]


def names_at(text: str, variables: Mapping[str, Any]) -> tuple[str, list[str]]:
    """What is typed of a name at the end of `text`, and the names that it may become; none where there is nothing to say.

    `variables` are the notebook's own.
    """
    found = words_in_magic(text)
    if found is None:
        cursor = cursor_at(text)
        found = (cursor.typed, words_in_call(cursor, variables)) if cursor else ("", [])
    typed, words = found
    return typed, starting(words, typed)
