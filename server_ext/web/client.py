"""The address a request really comes from."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["client_address"]


def client_address(peer: str, forwarded: str, proxies: Sequence[str]) -> str:
    """The nearest address that is not one of our proxies; what a client claims of itself counts for nothing."""
    if not proxies or not _is_proxy(peer, proxies):
        return peer
    for claimed in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not _is_address(claimed):
            return peer
        if not _is_proxy(claimed, proxies):
            return claimed
    return peer


def _is_proxy(address: str, proxies: Sequence[str]) -> bool:
    return _is_address(address) and any(ipaddress.ip_address(address) in _network(proxy) for proxy in proxies)


_network = lru_cache(maxsize=256)(ipaddress.ip_network)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
