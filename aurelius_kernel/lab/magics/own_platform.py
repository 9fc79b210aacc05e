"""The platform that started this kernel, as its owner."""

from __future__ import annotations

import os

from aurelius_kernel.client import Client
from aurelius_kernel.errors import ImpossibleRequest

__all__ = ["own_platform"]


def own_platform(magic: str) -> Client:
    """A client of the platform that started this kernel; raises ImpossibleRequest where none did, saying what works elsewhere."""
    if not os.environ.get("AURELIUS_URL"):
        elsewhere = 'ak.Client("http://…", api_key="…") asks one from anywhere'
        raise ImpossibleRequest.of(magic, f"needs the platform that started the kernel, and none did; {elsewhere}")
    return Client()
