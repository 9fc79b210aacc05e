"""The decorators of the account's compiled code, which has vectorbt's inside it."""

from pathlib import Path

from aurelius_kernel.engine.compiled import compiler

__all__ = ["kernel", "part"]

part, kernel = compiler(Path(__file__).parent, "vectorbt")
