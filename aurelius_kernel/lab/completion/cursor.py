"""Where the cursor is: in which call, at which of its arguments, and what of a name is typed already."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["Call", "Cursor", "cursor_at"]

CALLEE = re.compile(r"([A-Za-z_][\w.]*)\s*$")
KEYWORD = re.compile(r"\s*([A-Za-z_]\w*)\s*=(?!=)\s*(.*)", re.DOTALL)
OPENING, CLOSING = "([{", ")]}"
LONGEST = 20_000


@dataclass(kw_only=True)
class Call:
    """An open bracket: what stands before it, where it begins, and where its arguments so far were parted."""

    kind: str
    callee: str
    begin: int
    commas: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The innermost call around the cursor.

    `position` counts its arguments before the cursor, `keyword` names the one that is being typed, `is_key` says that it is the key
    of a mapping, `quote` is the quote that is open, and `typed` what stands between it, or the last blank, and the cursor.
    `arguments` is the text of the call up to the cursor.
    """

    callee: str
    position: int
    keyword: str | None
    is_key: bool
    is_nested: bool
    quote: str
    typed: str
    arguments: str


def cursor_at(text: str) -> Cursor | None:
    """The cursor at the end of `text`; None where it is in no call, or in a comment."""
    text = text[-LONGEST:]
    stack, quote, opened = _scanned(text)
    at = max((place for place, one in enumerate(stack) if one.callee), default=None)
    if quote == "#" or at is None:
        return None
    call, inner = stack[at], stack[at + 1 :]
    start = (call.commas or [call.begin])[-1] + 1
    keyword = KEYWORD.match(text[start:])
    typed = text[opened + len(quote) :] if quote else re.split(r"[\s,(\[{=:]", text)[-1]
    return Cursor(
        callee=call.callee,
        position=len(call.commas),
        keyword=keyword[1] if keyword else None,
        is_key=bool(inner) and _is_key(text[: opened if quote else None], inner[0]),
        is_nested=bool(inner),
        quote=quote,
        typed=typed,
        arguments=text[call.begin + 1 :],
    )


def _is_key(before: str, mapping: Call) -> bool:
    """Whether what comes after `before` is the key of an entry of the braces, and not its value."""
    entry = (mapping.commas or [mapping.begin])[-1]
    return mapping.kind == "{" and ":" not in before[entry:]


def _scanned(text: str) -> tuple[list[Call], str, int]:
    """The brackets that are open at the end, the quote (`#` for a comment) that is, and where that one began."""
    stack: list[Call] = []
    quote, opened, at = "", 0, 0
    while at < len(text):
        if quote:
            step = _inside(text, at, quote)
            quote, at = ("" if step < 0 else quote), at + abs(step)
            continue
        found = text[at]
        if found in "'\"":
            quote = found * 3 if text.startswith(found * 3, at) else found
            opened, at = at, at + len(quote)
            continue
        if found == "#":
            quote, opened = "#", at
        elif found in OPENING:
            before = CALLEE.search(text, 0, at) if found == "(" else None
            stack.append(Call(kind=found, callee=before[1] if before else "", begin=at))
        elif found in CLOSING and stack:
            stack.pop()
        elif found == "," and stack:
            stack[-1].commas.append(at)
        at += 1
    return stack, quote, opened


def _inside(text: str, at: int, quote: str) -> int:
    """How far a string or comment goes on from here in one step; negative where that ends it."""
    if quote == "#":
        return -1 if text[at] == "\n" else 1
    if text[at] == "\\":
        return 2
    if text.startswith(quote, at):
        return -len(quote)
    return -1 if text[at] == "\n" and len(quote) == 1 else 1
