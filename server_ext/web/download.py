"""A file as an answer."""

from __future__ import annotations

from pydantic import BaseModel

__all__ = ["Download"]


class Download(BaseModel):
    """What is sent, under which name and of which type; a browser saves it and never runs what is in it."""

    content: bytes
    name: str
    media_type: str

    def headers(self) -> dict[str, str]:
        """The headers that go with it."""
        return {
            "Content-Type": self.media_type,
            "Content-Disposition": f'attachment; filename="{self.name}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
