"""A file that was sent as the body, or as the one file of a form."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from tornado.httputil import HTTPFile, parse_body_arguments

from aurelius_kernel.errors import InvalidField
from server_ext.web.body import Body

__all__ = ["Upload"]


class Upload(BaseModel):
    """What was sent."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    content: Body
    content_type: str

    def file(self) -> Body:
        """The file itself; raises InvalidField for an empty body or a form without exactly one file."""
        content = self._from_form() if self.content_type.startswith("multipart/form-data") else self.content
        if not content.size:
            raise InvalidField.of("file", "is empty; send the file as the body, or as the one file of a form")
        return content

    def _from_form(self) -> Body:
        files: dict[str, list[HTTPFile]] = {}
        parse_body_arguments(self.content_type, self.content.read(), {}, files)
        found = [file for named in files.values() for file in named]
        if len(found) != 1:
            raise InvalidField.of("file", f"must be one file, not {len(found)}")
        content = Body()
        content.add(bytes(found[0].body))
        return content
