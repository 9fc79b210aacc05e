"""Connections that nobody asks anything on: whether the peer still lives is for the system to find out."""

from __future__ import annotations

import socket

from tornado.httpserver import HTTPServer

__all__ = ["let_rest"]

_KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}


def let_rest(server: HTTPServer) -> None:
    """Let connections rest as long as their peers live, and be closed two minutes after a peer is gone.

    tornado sets a timer of an hour for each request instead, which costs a tenth of a read and finds a peer that is gone too late.
    """
    server.conn_params.header_timeout = None
    for listening in server._sockets.values():  # noqa: SLF001  (what is accepted has the options of the socket that listens)
        if listening.family in (socket.AF_INET, socket.AF_INET6):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in _KEEPALIVE.items():
                if (option := getattr(socket, name, None)) is not None:
                    listening.setsockopt(socket.IPPROTO_TCP, option, value)
