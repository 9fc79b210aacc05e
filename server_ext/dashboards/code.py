"""Templates compiled once a process: Voilà makes its environment anew for every page, and would compile them each time."""

from __future__ import annotations

from types import CodeType
from typing import ClassVar

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

__all__ = ["CompiledOnce"]


class CompiledOnce(BytecodeCache):
    """Keeps what was compiled in memory; a template that was changed since has another checksum and is compiled again."""

    kept: ClassVar[dict[str, tuple[str, CodeType]]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of a template that was compiled before."""
        checksum, code = self.kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code is not None:
            self.kept[bucket.key] = (bucket.checksum, bucket.code)
