"""Which host names the server answers to: a foreign name that points here is an attack on whoever has the page open."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from server_ext.settings import Settings

__all__ = ["answers_to"]

_LONGEST = 253


def answers_to(host: str, settings: Settings) -> bool:
    """Whether `host`, without its port, is one of ours; an address is, since no name was looked up for it."""
    name = host.strip("[]").casefold()
    if name == "localhost" or (len(name) <= _LONGEST and _is_address(name)):
        return True
    return name in {*settings.allowed_hosts, urlsplit(settings.public_url).hostname}


@lru_cache(maxsize=1_024)
def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
