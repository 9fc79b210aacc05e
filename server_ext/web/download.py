"""A file as an answer."""

from __future__ import annotations

import re
from urllib.parse import quote

from pydantic import BaseModel

__all__ = ["Download"]


class Download(BaseModel):
    """What is sent, under which name and of which type; a browser saves it and never runs what is in it."""

    content: bytes
    name: str
    media_type: str

    def headers(self) -> dict[str, str]:
        """The headers that go with it."""
        plain = re.sub(r'[^ -~]|["\\%]', "_", self.name)
        whole = "" if plain == self.name else f"; filename*=UTF-8''{quote(self.name, safe='')}"  # RFC 6266, section 4.3
        return {
            "Content-Type": self.media_type,
            "Content-Disposition": f'attachment; filename="{plain}"{whole}',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
