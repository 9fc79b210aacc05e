"""The matcher that IPython asks as one types; names are looked up only where one of our words has been typed."""

from __future__ import annotations

import re
from typing import Any

from IPython.core.completer import SimpleCompletion, context_matcher

from aurelius_kernel.lab import completion

__all__ = ["install_matcher"]

IDENTIFIER = "aurelius"
PROMISING = re.compile(
    r"%(bars|backtest|sweep|submit)\b"
    r"|\b(backtest|sweep|walk_forward|plan_sweep|create|create_strategy|run_sweep|run_backtest|load_bars|bars|generate|orchestrate)\s*\("
)


def install_matcher(shell: Any) -> None:
    """Have the shell's completer ask us too; once, however often this is called."""
    others = [one for one in shell.Completer.custom_matchers if getattr(one, "matcher_identifier", "") != IDENTIFIER]

    @context_matcher(identifier=IDENTIFIER)  # type: ignore[untyped-decorator]  # IPython leaves it untyped
    def matcher(context: Any) -> dict[str, Any]:
        return _matched(context, shell.user_ns)

    shell.Completer.custom_matchers[:] = [*others, matcher]


def _matched(context: Any, variables: dict[str, Any]) -> dict[str, Any]:
    lines = context.full_text.split("\n")[: context.cursor_line]
    before = "\n".join([*lines, context.text_until_cursor])
    typed, words = completion.names_at(before, variables) if PROMISING.search(before) else ("", [])
    found = [SimpleCompletion(text=word, type=IDENTIFIER) for word in words]
    return {"completions": found, "matched_fragment": typed, "suppress": bool(found)}
