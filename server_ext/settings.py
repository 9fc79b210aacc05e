"""Every setting of the platform in one table, read once at start; nothing else reads the environment.

A secret may come from its variable or from a file named by `<NAME>_FILE`. In embedded mode missing keys are made once, under
`AURELIUS_HOME/secrets`; in production they must be given.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.home import home
from server_ext.secrets import check_strength, secret_from_file

__all__ = ["Mode", "Registration", "Settings", "forget_secrets", "table"]


class Mode(StrEnum):
    """Embedded: one person or one team that trusts itself. Production: strangers at the door."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"


class Registration(StrEnum):
    """Who may make an account: anybody who reaches the port, the invited, or nobody."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


def _words(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class Settings(BaseModel):
    """The settings of one server; secrets are masked in `repr`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    mode: Mode = Field(
        Mode.EMBEDDED,
        alias="AURELIUS_MODE",
        description="`embedded` makes its own keys; `production` insists on given keys, TLS and separate kernels.",
    )
    home: Path = Field(alias="AURELIUS_HOME", description="The folder of database, store, catalogue and keys.")
    database_url: SecretStr = Field(
        SecretStr(""),
        alias="DATABASE_URL",
        description="`postgresql://…` or `sqlite:///…`; a SQLite file in the home folder when empty.",
    )
    database_pool: int = Field(
        10, ge=1, le=200, alias="AURELIUS_DATABASE_POOL", description="Connections kept to PostgreSQL; as many threads serve them."
    )
    jwt_secret_key: SecretStr = Field(
        SecretStr(""), alias="JWT_SECRET_KEY", description="The key that signs access tokens, at least 32 bytes."
    )
    jwt_previous_secret_key: SecretStr = Field(
        SecretStr(""),
        alias="JWT_PREVIOUS_SECRET_KEY",
        description="The key before the last rotation: tokens it signed stay good until they expire.",
    )
    cookie_secret: SecretStr = Field(
        SecretStr(""),
        alias="AURELIUS_COOKIE_SECRET",
        description="The key that signs session cookies; a new one signs every browser out.",
    )
    public_url: str = Field(
        "",
        alias="AURELIUS_PUBLIC_URL",
        description="The address people use, as in `https://quant.example.com`; the links in mails start with it.",
    )
    allowed_hosts: Words = Field(
        (),
        alias="AURELIUS_ALLOWED_HOSTS",
        description="Host names the server answers to, besides localhost and that of the public address.",
    )
    cors_origins: Words = Field(
        (), alias="CORS_ORIGINS", description="Origins whose pages may call the API, comma-separated; never `*`."
    )
    trusted_proxies: Words = Field(
        (), alias="AURELIUS_TRUSTED_PROXIES", description="Addresses of proxies whose X-Forwarded-For is believed, comma-separated."
    )
    tls_certificate: Path | None = Field(
        None, alias="AURELIUS_TLS_CERTIFICATE", description="Certificate chain, for TLS without a proxy."
    )
    tls_key: Path | None = Field(None, alias="AURELIUS_TLS_KEY", description="Private key of the certificate.")
    registration: Registration | None = Field(
        None,
        alias="AURELIUS_REGISTRATION",
        description="`open`, `invite` or `closed`; by default open in embedded mode on a loopback address, invite everywhere else.",
    )
    access_token_seconds: int = Field(
        600, ge=30, le=3_600, alias="AURELIUS_ACCESS_TOKEN_SECONDS", description="Life of an access token."
    )
    session_idle_days: int = Field(
        14, ge=1, le=365, alias="AURELIUS_SESSION_IDLE_DAYS", description="Days after which an unused session ends."
    )
    session_days: int = Field(90, ge=1, le=730, alias="AURELIUS_SESSION_DAYS", description="Days after which every session ends.")
    max_body_mb: int = Field(10, ge=1, le=1_024, alias="AURELIUS_MAX_BODY_MB", description="Largest JSON body taken.")
    max_upload_mb: int = Field(64, ge=1, le=10_240, alias="AURELIUS_MAX_UPLOAD_MB", description="Largest data file taken.")
    rate_limit: str = Field(
        "6000/minute",
        alias="AURELIUS_RATE_LIMIT",
        pattern=r"^\d+/(second|minute|hour)$",
        description="Requests an account, or an address that is not signed in, may make.",
    )
    event_days: int = Field(
        30, ge=1, le=3_650, alias="AURELIUS_EVENT_DAYS", description="Days that events are kept for clients that were away."
    )
    event_count: int = Field(
        2_000_000, ge=1_000, alias="AURELIUS_EVENT_COUNT", description="Most events kept; the oldest go first."
    )
    sockets_per_account: int = Field(
        20_000, ge=1, alias="AURELIUS_SOCKETS_PER_ACCOUNT", description="Event sockets that one account may have open at a time."
    )
    socket_compression: bool = Field(
        default=False,
        alias="AURELIUS_SOCKET_COMPRESSION",
        description="Compresses events for clients that offer it, at twelve times the memory and three times the processor.",
    )
    dashboards: str = Field(
        "dashboards",
        alias="AURELIUS_DASHBOARDS",
        description="The folder, under the server's root, whose notebooks viewers may open as dashboards.",
    )
    dashboards_open: int = Field(
        64,
        ge=1,
        le=10_000,
        alias="AURELIUS_DASHBOARDS_OPEN",
        description="Dashboards open at a time, each on a kernel of some 50 MB; who comes next is asked to wait.",
    )
    redis_url: SecretStr = Field(
        SecretStr(""), alias="REDIS_URL", description="Redis for limits and fan-out across servers; in process without it."
    )
    dask_scheduler_address: str = Field(
        "", alias="DASK_SCHEDULER_ADDRESS", description="A Dask scheduler; a local cluster when empty."
    )
    job_workers: int = Field(
        0, ge=0, le=256, alias="AURELIUS_JOB_WORKERS", description="Jobs run at a time on this machine; 0 is one a processor."
    )
    warm_kernels: bool = Field(
        default=True,
        alias="AURELIUS_WARM_KERNELS",
        description="Keeps a process ready that has the research stack loaded, and forks kernels from it: some 300 MB.",
    )
    jobs_at_start: bool = Field(
        default=True,
        alias="AURELIUS_JOBS_AT_START",
        description="Starts what runs jobs with the server; otherwise the first job waits for it.",
    )
    jobs_running_per_account: int = Field(
        8, ge=1, le=10_000, alias="AURELIUS_JOBS_RUNNING_PER_ACCOUNT", description="Jobs of one account that run at a time."
    )
    jobs_waiting_per_account: int = Field(
        1_000, ge=1, le=1_000_000, alias="AURELIUS_JOBS_WAITING_PER_ACCOUNT", description="Jobs of one account that may wait."
    )
    job_seconds: float = Field(
        3_600.0, gt=0, le=604_800, alias="AURELIUS_JOB_SECONDS", description="The longest a job may take, unless it says less."
    )
    job_memory_mb: int = Field(
        0, ge=0, alias="AURELIUS_JOB_MEMORY_MB", description="The most memory that a job may take, in MB; 0 is no limit."
    )
    job_cpus: int = Field(
        0, ge=0, le=1_024, alias="AURELIUS_JOB_CPUS", description="The most processors that a job may use at a time; 0 is no limit."
    )
    job_lease_seconds: float = Field(
        20.0,
        ge=2,
        le=600,
        alias="AURELIUS_JOB_LEASE_SECONDS",
        description="How long a worker may be silent before its job is given to another one.",
    )
    job_days: int = Field(
        90, ge=1, le=3_650, alias="AURELIUS_JOB_DAYS", description="Days that finished notebook jobs are listed; backtests stay."
    )
    store: str = Field(
        "",
        alias="AURELIUS_STORE",
        description="Where artifacts and bars live: any fsspec address; a folder in the home when empty.",
    )
    proposer_url: str = Field(
        "",
        alias="AURELIUS_PROPOSER_URL",
        description="An OpenAI-compatible endpoint, as `https://host/v1`, whose model proposes strategies; none when empty.",
    )
    proposer_model: str = Field("", alias="AURELIUS_PROPOSER_MODEL", description="The name of that model.")
    proposer_key: SecretStr = Field(
        SecretStr(""), alias="AURELIUS_PROPOSER_KEY", description="The key to it, sent to that address over https only."
    )
    proposer_timeout: float = Field(
        30.0, gt=0, le=600, alias="AURELIUS_PROPOSER_TIMEOUT", description="Seconds that one question to the model may take."
    )
    notify_urls: SecretStr = Field(
        SecretStr(""),
        alias="AURELIUS_NOTIFY_URLS",
        description="apprise addresses for mail and chat; the notification log when empty.",
    )
    mail_url: SecretStr = Field(
        SecretStr(""),
        alias="AURELIUS_MAIL_URL",
        description="The server that mails of schedules go to, `smtp://user:password@host:587` or `smtps://…`; none when empty.",
    )
    mail_from: str = Field(
        "", alias="AURELIUS_MAIL_FROM", description="Whom mails are from, as in `aurelius@example.com`; needed to send any."
    )
    mail_domains: Words = Field(
        (),
        alias="AURELIUS_MAIL_DOMAINS",
        description="Domains that may be written to, comma-separated, or `*`; by default that of the sender.",
    )
    same_user_kernels: bool = Field(
        default=False,
        alias="AURELIUS_ALLOW_SAME_USER_KERNELS",
        description="Lets production run kernels as the server's own user, who can then read its keys and database.",
    )
    log_level: str = Field(
        "info",
        alias="AURELIUS_LOG_LEVEL",
        pattern="^(debug|info|warning|error)$",
        description="`debug`, `info`, `warning` or `error`.",
    )
    log_format: str = Field(
        "console", alias="AURELIUS_LOG_FORMAT", pattern="^(console|json)$", description="`console` for people, `json` for machines."
    )

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, **given: Any) -> Self:
        """The settings of this process; raises InvalidField, naming the variable and what it should be."""
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {"AURELIUS_HOME": home()}
        for alias in _by_alias():
            if (value := _value(alias, environment)) is not None:
                values[alias] = value
        values |= {_alias(name): value for name, value in given.items()}
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            raise _refusal(error) from None
        settings.check()
        return settings.with_secrets()

    @property
    def production(self) -> bool:
        """Whether strangers may be at the door."""
        return self.mode is Mode.PRODUCTION

    def database(self) -> str:
        """The address of the database, password included."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.home / 'aurelius.db'}"

    def proposer(self) -> dict[str, str]:
        """The variables that name the language model, for a process that runs nobody's code; empty without one."""
        if not self.proposer_url:
            return {}
        told = {"URL": self.proposer_url, "MODEL": self.proposer_model, "KEY": self.proposer_key.get_secret_value()}
        return {f"AURELIUS_PROPOSER_{name}": value for name, value in {**told, "TIMEOUT": f"{self.proposer_timeout:g}"}.items()}

    def registration_on(self, host: str) -> Registration:
        """Who may register on a server that listens on `host`."""
        if self.registration is not None:
            return self.registration
        return Registration.OPEN if not self.production and is_loopback(host) else Registration.INVITE

    def check(self) -> None:
        """Raise InvalidField for settings that make no sense together, or are too weak for production."""
        if "*" in self.cors_origins:
            raise InvalidField.of("CORS_ORIGINS", "must name each origin, never *")
        for proxy in self.trusted_proxies:
            _check_address(proxy)
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise InvalidField.of("AURELIUS_TLS_KEY", "and AURELIUS_TLS_CERTIFICATE must be given together")
        self._check_mail()
        if self.production:
            self._check_production()

    def _check_mail(self) -> None:
        address = self.mail_url.get_secret_value()
        if not address:
            return
        if urlsplit(address).scheme not in {"smtp", "smtps"} or not urlsplit(address).hostname:
            raise InvalidField.of("AURELIUS_MAIL_URL", "must be smtp:// or smtps:// and a host, as smtp://user:password@host:587")
        if "@" not in self.mail_from:
            raise InvalidField.of("AURELIUS_MAIL_FROM", "must be an address, as aurelius@example.com, where mails are to be sent")

    def _check_production(self) -> None:
        for alias in ("JWT_SECRET_KEY", "AURELIUS_COOKIE_SECRET"):
            check_strength(alias, getattr(self, _by_alias()[alias]).get_secret_value())
        if self.jwt_secret_key == self.cookie_secret:
            raise InvalidField.of("AURELIUS_COOKIE_SECRET", "must differ from JWT_SECRET_KEY")
        if previous := self.jwt_previous_secret_key.get_secret_value():
            check_strength("JWT_PREVIOUS_SECRET_KEY", previous)
        if not (self.tls_certificate or self.trusted_proxies):
            raise InvalidField.of("AURELIUS_TLS_CERTIFICATE", "or AURELIUS_TRUSTED_PROXIES must be set in production")
        if not self.public_url.startswith("https://"):
            raise InvalidField.of("AURELIUS_PUBLIC_URL", "must be the https:// address people use, in production")
        if not self.same_user_kernels:
            raise InvalidField.of(
                "AURELIUS_ALLOW_SAME_USER_KERNELS",
                "must be true until kernels run as another user: whoever runs code as the server's user can read its keys",
            )

    def with_secrets(self) -> Self:
        """The settings with every key present; embedded mode makes what was not given."""
        if self.production:
            return self
        folder = self.home / "secrets"
        made = {
            name: SecretStr(secret_from_file(folder / f"{file}.key"))
            for name, file in (("jwt_secret_key", "jwt"), ("cookie_secret", "cookie"))
            if not getattr(self, name).get_secret_value()
        }
        for name in {"jwt_secret_key", "cookie_secret"} - set(made):
            check_strength(_alias(name), getattr(self, name).get_secret_value())
        return self.model_copy(update=made)


def table() -> list[tuple[str, str, str, bool]]:
    """One row a setting: name, default, sentence, and whether it is a secret."""
    return [
        (str(field.alias), _default(field.default), str(field.description), _is_secret(name))
        for name, field in Settings.model_fields.items()
    ]


def forget_secrets(environment: MutableMapping[str, str]) -> None:
    """Take every secret, and the names of secret files, out of an environment that children will inherit."""
    for name, _, _, secret in table():
        if secret:
            environment.pop(name, None)
            environment.pop(f"{name}_FILE", None)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _value(alias: str, environment: Mapping[str, str]) -> str | None:
    if _is_secret(_by_alias()[alias]) and (path := environment.get(f"{alias}_FILE")):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise InvalidField.of(f"{alias}_FILE", f"cannot be read: {error.strerror}") from None
    return environment.get(alias) or None


def _by_alias() -> dict[str, str]:
    return {str(field.alias): name for name, field in Settings.model_fields.items()}


def _alias(name: str) -> str:
    return str(Settings.model_fields[name].alias)


def _is_secret(name: str) -> bool:
    return Settings.model_fields[name].annotation is SecretStr


def _default(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if value is None or repr(value) == "PydanticUndefined" or value == ():
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_address(proxy: str) -> None:
    try:
        ipaddress.ip_network(proxy)
    except ValueError:
        raise InvalidField.of("AURELIUS_TRUSTED_PROXIES", f"must be addresses or networks, not {proxy!r}") from None


def _refusal(error: ValidationError) -> InvalidField:
    problems = {str(finding["loc"][0]): finding["msg"].replace("Input should", "should") for finding in error.errors()}
    return InvalidField("; ".join(f"{name} {problem}" for name, problem in problems.items()) + ".", fields=problems)
