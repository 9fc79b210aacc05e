"""The pages around Jupyter: sign in, make an account, where to go, and what you may not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from jinja2 import Environment, FileSystemLoader, select_autoescape
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.base.handlers import JupyterHandler
from pydantic import ValidationError

from aurelius_kernel.errors import AureliusError
from server_ext.access.actor import Actor, Method, Origin
from server_ext.accounts import service, signing_in
from server_ext.accounts.schemas import Login, Registration, User
from server_ext.platform import platform_of
from server_ext.settings import Registration as Policy
from server_ext.web.client import client_address
from server_ext.web.cookies import clear_session_cookie, session_cookie, set_session_cookie
from server_ext.web.json import checked
from server_ext.web.status import status_of

__all__ = ["ApiPage", "HomePage", "LoginPage", "LogoutPage", "RegisterPage", "render"]

Answer = TypeVar("Answer", bound=Callable[..., Any])

_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'"
    "; frame-ancestors 'none'; base-uri 'none'"
)  # fmt: skip

_templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())


def public(method: Answer) -> Answer:
    """A page for anybody."""
    return cast("Answer", allow_unauthenticated(method))


def render(template: str, /, **values: Any) -> str:
    """A page of ours."""
    return _templates.get_template(template).render(**values)


class Page(LoginFormHandler):  # type: ignore[misc]  # jupyter_server has no types
    """What our pages have in common."""

    @property
    def content_security_policy(self) -> str:
        """No script at all, and nothing from elsewhere."""
        return _CSP

    @property
    def origin(self) -> Origin:
        """Where the request comes from."""
        forwarded = self.request.headers.get("X-Forwarded-For", "")
        address = client_address(self.request.remote_ip, forwarded, platform_of(self).settings.trusted_proxies)
        return Origin(address=address, user_agent=self.request.headers.get("User-Agent", ""))

    @property
    def actor(self) -> Actor | None:
        """Who is signed in."""
        return getattr(self.current_user, "actor", None)

    def page(self, template: str, /, **values: Any) -> None:
        """Answer with a page of ours."""
        self.set_header("Cache-Control", "no-store")
        self.finish(render(template, base_url=self.base_url, actor=self.actor, xsrf=self.xsrf_form_html(), **values))

    def text(self, name: str) -> str:
        """A field of the form."""
        return str(self.get_body_argument(name, "", strip=False))

    def move_on(self) -> None:
        """Go where the visitor was going, if that is here, or to the start page."""
        home = self.base_url + "home"
        self._redirect_safe(self.get_argument("next", "") or home, default=home)

    async def enter(self, user: User) -> None:
        """Sign the browser in and send it on."""
        platform = platform_of(self)
        _, secret = await signing_in.open_session(platform, self.origin, user, Method.COOKIE)
        set_session_cookie(self, secret, secure=self.request.protocol == "https" or platform.settings.production)
        self.move_on()


class LoginPage(Page):
    """Sign in by email and password."""

    @public
    async def get(self) -> None:
        """Show the form, or send on who is signed in."""
        if self.actor is not None:
            self.move_on()
            return
        await self._show()

    @public
    async def post(self) -> None:
        """Sign in, or show the form again with what was wrong."""
        try:
            given = Login(email=self.text("email"), password=self.text("password"))
            user = await signing_in.sign_in(platform_of(self), self.origin, given)
        except (AureliusError, ValidationError) as error:
            await self._show(error)
            return
        await self.enter(user)

    async def _show(self, error: Exception | None = None) -> None:
        platform = platform_of(self)
        if error is not None:
            self.set_status(status_of(error) if isinstance(error, AureliusError) else 422)
        first = not await platform.database.read(service.has_admin)
        problem = getattr(error, "message", "The email or the password is too long.") if error else ""
        next_page = self.get_argument("next", "")
        opened = platform.registration is Policy.OPEN
        self.page(
            "login.html", problem=problem, email=self.get_argument("email", ""), next=next_page, may_register=opened, first=first
        )


class RegisterPage(Page):
    """Make an account: the first one by the set-up link, others by invitation or where registration is open."""

    @public
    async def get(self) -> None:
        """Show the form."""
        self._show()

    @public
    async def post(self) -> None:
        """Make the account and sign in, or show the form again with what was wrong."""
        invitation = self.text("invitation") or None
        try:
            fields = {name: self.text(name) for name in ("email", "name", "password")}
            given = checked(Registration, {**fields, "invitation": invitation})
            user = await signing_in.register(platform_of(self), self.origin, given)
        except AureliusError as error:
            self._show(error)
            return
        await self.enter(user)

    def _show(self, error: AureliusError | None = None) -> None:
        if error is not None:
            self.set_status(status_of(error))
        invitation = self.get_argument("invitation", "") or self.get_argument("invitation_token", "")
        allowed = bool(invitation) or platform_of(self).registration is Policy.OPEN
        kept = {name: self.get_argument(name, "") for name in ("email", "name")}
        told = {"problem": error.message, "wrong": list(error.fields)} if error else {"problem": "", "wrong": []}
        self.page("register.html", **told, invitation=invitation, allowed=allowed, **kept)


class LogoutPage(Page):
    """Sign out."""

    @public
    async def get(self) -> None:
        """End the browser's session and say so."""
        if self.actor is not None and session_cookie(self):
            await signing_in.sign_out(platform_of(self), self.origin, self.actor)
        clear_session_cookie(self)
        self.current_user = None
        self.page("logout.html")


class HomePage(Page):
    """Where to go from here, by role."""

    async def get(self) -> None:
        """Send who may run code to JupyterLab, and show the others their dashboards."""
        if self.actor is None:
            self.redirect(self.base_url + "login")
        elif self.actor.may_execute and self._has_lab():
            self.redirect(self.base_url + "lab")
        else:
            self.page("home.html", dashboards=self._dashboards())

    def _has_lab(self) -> bool:
        return self.serverapp is not None and "jupyterlab" in self.serverapp.extension_manager.extensions

    def _dashboards(self) -> list[dict[str, str]]:
        name = platform_of(self).settings.dashboards.strip("/")
        folder = Path(self.settings["server_root_dir"]).expanduser() / name
        found = sorted(folder.glob("[!_.]*.ipynb")) if folder.is_dir() else []
        return [
            {"title": path.stem.replace("_", " ").capitalize(), "url": f"{self.base_url}voila/render/{name}/{path.name}"}
            for path in found
        ]


class ApiPage(JupyterHandler):  # type: ignore[misc]  # jupyter_server has no types
    """The API to read, from its own document."""

    @property
    def content_security_policy(self) -> str:
        """No script at all, and nothing from elsewhere."""
        return _CSP

    @public
    async def get(self) -> None:
        """Show every call."""
        self.finish(render("api.html", base_url=self.base_url, document=platform_of(self).openapi))
