"""The platform that started this kernel: its address, and a token that is good for the kernel alone."""

from __future__ import annotations

import os

from aurelius_kernel.errors import InvalidField

__all__ = ["surroundings"]


def surroundings(token: str | None = None) -> tuple[str, str | None]:
    """Address and token from `AURELIUS_URL` and `AURELIUS_TOKEN`; a token that is given counts for more.

    Raises InvalidField where no platform started this process.
    """
    url = os.environ.get("AURELIUS_URL", "")
    if not url:
        raise InvalidField.of("url", "must be given, as http://127.0.0.1:8888: this process was not started by a platform")
    return url, token or os.environ.get("AURELIUS_TOKEN") or None
