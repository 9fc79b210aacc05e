"""What is known of an artifact beside its bytes: what it is, and what it was made from."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from aurelius_kernel.hashing import content_hash
from aurelius_kernel.model.record import Record

__all__ = ["ArtifactRecord", "Hash", "Parent"]

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Parent(Record):
    """One artifact that another was made from, and the part it played in that: `spec`, `data`, `code` or `result`."""

    role: Word
    address: Hash


class ArtifactRecord(Record):
    """How an artifact came to be; the first making of the same bytes from the same parents stands."""

    address: Hash
    kind: Word
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9][a-z0-9.+-]{0,126}$")]
    size: Annotated[int, Field(ge=0)]
    parents: Annotated[tuple[Parent, ...], Field(strict=False)] = ()
    created_at: str
    environment: dict[str, Any]

    @property
    def derivation(self) -> str:
        """Sixteen hexadecimal characters that stand for the way it was made: its kind and its parents."""
        return content_hash([self.kind, self.media_type, [parent.document() for parent in self.parents]])[:16]
