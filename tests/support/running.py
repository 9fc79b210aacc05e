"""A real server in a process of its own, and people who use it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

PASSWORD = "violet-harbour-42"
NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": "print('secret source')"}
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@dataclass
class Server:
    """A running `aurelius serve`."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen | None = None

    def start(self) -> Server:
        self.port = self.port or free_port()
        self.lay_out()
        environment = {
            **os.environ,
            "AURELIUS_HOME": str(self.folder / "home"),
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "IPYTHONDIR": str(self.folder / "ipython"),
            "AURELIUS_RATE_LIMIT": "100000/minute",
            "AURELIUS_LOG_FORMAT": "json",
            "AURELIUS_JOBS_AT_START": "false",
            **self.environment,
        }
        command = [sys.executable, "-m", "server_ext.cli", "serve", "--port", str(self.port), "--no-browser"]
        command += ["--folder", str(self.folder / "notebooks")]
        self.log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT, env=environment)
        try:
            self.wait()
        except Exception:
            self.stop(signal.SIGKILL)
            raise
        return self

    def lay_out(self) -> None:
        """Put the notebooks in place: one dashboard, and one that is none."""
        notebooks = self.folder / "notebooks/dashboards"
        notebooks.mkdir(parents=True, exist_ok=True)
        for name in ("dashboards/overview.ipynb", "private.ipynb"):
            (self.folder / "notebooks" / name).write_text(json.dumps(NOTEBOOK))

    def wait(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(self.output())
            try:
                if httpx.get(self.url + "/health", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError(self.output())

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)

    def output(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def setup_token(self) -> str:
        """The token of the set-up link, which is printed a moment after the server begins to answer."""
        deadline = time.monotonic() + 20
        while not (found := re.findall(r"invitation_token=(\S+)", self.output())) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found[-1]

    def stranger(self) -> Person:
        return Person(self, httpx.Client(base_url=self.url, timeout=60))


@dataclass
class Person:
    """Somebody in front of the server."""

    server: Server
    http: httpx.Client
    tokens: dict[str, Any] = field(default_factory=dict)
    email: str = ""

    @property
    def id(self) -> str:
        return self.tokens["user"]["id"]

    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"} if self.tokens else {}

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        headers = {**self.bearer(), **more.pop("headers", {})}
        if body is not None:
            more["json"] = body
        return self.http.request(method, path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.call("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.call("POST", path, {} if body is None and "content" not in more else body, **more)

    def login(self, password: str = PASSWORD) -> httpx.Response:
        return self.http.post("/api/auth/login", json={"email": self.email, "password": password})

    def browser(self) -> Browser:
        return Browser(self.server, self.email).enter()


@dataclass
class Browser:
    """Somebody signed in by the login page: a cookie, and the token that pages carry."""

    server: Server
    email: str

    def enter(self) -> Browser:
        self.http = httpx.Client(base_url=self.server.url, timeout=30)
        page = self.http.get("/login")
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page.text)[1]
        self.entered = self.http.post("/login", data={"email": self.email, "password": PASSWORD, "_xsrf": xsrf})
        return self

    @property
    def xsrf(self) -> dict[str, str]:
        return {"X-XSRFToken": self.http.cookies.get("_xsrf", "")}

    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def people(server: Server, *roles: str) -> dict[str, Person]:
    """The admin of a new server, and one account for each `role` or `role-name`."""
    admin = server.stranger()
    admin.email = "admin@example.com"
    body = {"email": admin.email, "name": "Ada Admin", "password": PASSWORD, "invitation": server.setup_token()}
    admin.tokens = admin.http.post("/api/auth/register", json=body).raise_for_status().json()
    made = {"admin": admin}
    for name in roles:
        person = server.stranger()
        person.email = f"{name}@example.com"
        role = name.partition("-")[0]
        admin.post(
            "/api/auth/users/", {"email": person.email, "name": f"Some {name}", "password": PASSWORD, "role": role}
        ).raise_for_status()
        person.tokens = person.login().raise_for_status().json()
        made[name] = person
    made["stranger"] = server.stranger()
    return made
