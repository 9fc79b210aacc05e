"""The magics as IPython calls them: each reads its line, and hands on what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.lab import magics
from aurelius_kernel.lab.magics.options import PARSERS, Asked

__all__ = ["AureliusMagics"]

Method = TypeVar("Method", bound=Callable[..., Any])


def _helped(method: Method) -> Method:
    """The method with its parser's help as docstring, which is what `%bars?` shows."""
    method.__doc__ = PARSERS[method.__name__].format_help()
    return method


@magics_class
class AureliusMagics(Magics):
    """`%bars`, `%%backtest`, `%sweep`, `%jobs` and `%submit`."""

    @line_magic
    @_helped
    def bars(self, line: str) -> Any:  # noqa: D102  # its docstring is its parser's help
        asked = PARSERS["bars"].asked(line)
        return self._bound(asked, magics.load_asked_bars(asked.options))

    @line_cell_magic
    @_helped
    def backtest(self, line: str, cell: str = "") -> Any:  # noqa: D102
        asked = PARSERS["backtest"].asked(line)
        return self._bound(asked, magics.run_asked_backtest(self.shell, asked, cell))

    @line_magic
    @_helped
    def sweep(self, line: str) -> Any:  # noqa: D102
        asked = PARSERS["sweep"].asked(line)
        return self._bound(asked, magics.run_asked_sweep(asked))

    @line_magic
    @_helped
    def jobs(self, line: str) -> None:  # noqa: D102
        options = PARSERS["jobs"].asked(line).options
        magics.watch_jobs(status=options.status, limit=options.limit, follow=not options.once)

    @line_magic
    @_helped
    def submit(self, line: str) -> Any:  # noqa: D102
        asked = PARSERS["submit"].asked(line)
        return magics.submit_notebook(asked.options.notebook, asked.assigned, timeout=asked.options.timeout)

    def _bound(self, asked: Asked, result: Any) -> Any:
        """The result, which the variable that was named holds from now on."""
        name = asked.options.name
        if name is None:
            return result
        if not name.isidentifier():
            raise InvalidField.of("--as", f"must be the name of a variable, not {name!r:.60}")
        self.shell.user_ns[name] = result  # type: ignore[union-attr]  # magics that are registered have a shell
        return result
