"""`aurelius users`: accounts, from a shell on the server."""

from __future__ import annotations

import getpass
import os
import sys

import click

from aurelius_kernel.errors import InvalidField, UnknownName
from server_ext.access.actor import Origin, Role
from server_ext.accounts import service
from server_ext.accounts.passwords import Passwords, check_password
from server_ext.accounts.schemas import NewUser, UserFilter
from server_ext.accounts.sessions import Sessions
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup
from server_ext.cli.database import opened
from server_ext.settings import Settings
from server_ext.web.json import checked

__all__ = ["command"]

_ROLES = click.Choice([str(role) for role in Role])


@click.group(cls=CommandGroup)
def command() -> None:
    """Accounts: make them, list them, change a role."""


@command.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=_ROLES, default="analyst", show_default=True, help="What the account is for.")
@click.option("--team", help="Whose shared work the account sees.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def create(email: str, name: str, role: str, team: str | None, *, password_stdin: bool) -> Answer:
    """Make an account."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _asked()
    wanted = checked(NewUser, {"email": email, "name": name, "role": role, "team": team, "password": password})
    check_password(password)
    password_hash = Passwords().hash_now(password)
    with opened() as database, database.writing() as connection:
        user = service.create_user(
            connection,
            _origin(),
            email=wanted.email,
            name=wanted.name,
            password_hash=password_hash,
            role=wanted.role,
            team=wanted.team,
        )
    return Answer(user.model_dump(mode="json"), [f"Made {user.email}, {user.role}."])


@command.command("list")
def list_() -> Answer:
    """Every account, newest first."""
    with opened() as database, database.reading() as connection:
        found = service.list_users(connection, UserFilter(limit=200))
    lines = [(one.email, one.name, one.role, one.team, "yes" if one.is_active else "no", one.id) for one in found.users]
    return Answer(found.model_dump(mode="json"), [rows(("email", "name", "role", "team", "active", "id"), lines)])


@command.command()
@click.argument("email")
@click.argument("role", type=_ROLES)
def role(email: str, role: str) -> Answer:
    """Give an account another role; its sessions end."""
    with opened() as database, database.writing() as connection:
        row = service.credentials(connection, email)
        if row is None:
            raise UnknownName(
                "account", email, [user.email for user in service.list_users(connection, UserFilter(limit=200)).users]
            )
        user = service.set_role(connection, _origin(), row.id, Role(role), Sessions(Settings.read()))
    return Answer(user.model_dump(mode="json"), [facts([("account", user.email), ("role", user.role)])])


def _asked() -> str:
    if not sys.stdin.isatty():
        raise InvalidField.of("--password-stdin", "must be given where nobody can be asked for the password")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise InvalidField.of("password", "was not the same twice")
    return password


def _origin() -> Origin:
    return Origin(address="shell", user_agent=f"aurelius users, uid {os.getuid()}")
