"""Who acts when somebody types commands on the server itself."""

from __future__ import annotations

import os

from server_ext.access.actor import Actor, Method, Role

__all__ = ["SHELL"]

SHELL = Actor(id="", email="", name="the shell", role=Role.ADMIN, team=None, session_id=f"uid {os.getuid()}", method=Method.BEARER)
"""Whoever has a shell on the server sees and may do what an admin may."""
