"""What every record of an answer has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Answer"]


class Answer(BaseModel):
    """A frozen record of an answer."""

    model_config = ConfigDict(frozen=True, extra="ignore")
