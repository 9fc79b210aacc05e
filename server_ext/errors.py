"""What the platform refuses, each with a stable `code`; `web/status.py` says which HTTP status each becomes.

AureliusError
├── NotAuthenticated        not_authenticated     nobody is signed in
│   ├── InvalidCredentials  invalid_credentials   no such account, or another password
│   └── InvalidToken        invalid_token         a token that is malformed, spent, expired or revoked
├── NotAllowed              not_allowed           signed in, but this is not for you
├── NotHere                 no_such_route         no such address
├── WrongMethod             method_not_allowed    the address does not do that
├── WrongType               unsupported_type      the body is not of the type that is taken
├── TooLarge                too_large             the body is larger than is taken
├── InvalidJson             invalid_json          the body is no JSON
├── WrongHost               wrong_host            a host name that this server does not answer to
├── Conflict                conflict              the state of things is another, or it is there already
├── TooManyRequests         too_many_requests     slow down; `retry_after` says for how long
└── Busy                    busy                  the server does as much of this as it can
"""

from __future__ import annotations

from aurelius_kernel.errors import AureliusError

__all__ = [
    "Busy",
    "Conflict",
    "InvalidCredentials",
    "InvalidJson",
    "InvalidToken",
    "NotAllowed",
    "NotAuthenticated",
    "NotHere",
    "TooLarge",
    "TooManyRequests",
    "WrongHost",
    "WrongMethod",
    "WrongType",
]


class NotAuthenticated(AureliusError):
    """Nobody is signed in."""

    code = "not_authenticated"

    def __init__(self, message: str = "Sign in first: send a bearer token or use the login page.") -> None:
        super().__init__(message)


class InvalidCredentials(NotAuthenticated):
    """No such account, another password, or an account that is switched off: the answer is the same."""

    code = "invalid_credentials"

    def __init__(self) -> None:
        super().__init__("The email or the password is wrong.")


class InvalidToken(NotAuthenticated):
    """A token that is malformed, spent, expired or revoked."""

    code = "invalid_token"

    def __init__(self, message: str = "The token is not valid, or no longer: sign in again.") -> None:
        super().__init__(message)


class NotAllowed(AureliusError):
    """Signed in, but this is not for you; the sentence says why."""

    code = "not_allowed"


class NotHere(AureliusError):
    """No such address."""

    code = "no_such_route"


class WrongMethod(AureliusError):
    """The address does not do that."""

    code = "method_not_allowed"

    def __init__(self, method: str, allowed: list[str]) -> None:
        self.allowed = sorted(allowed)
        super().__init__(f"This address takes {', '.join(self.allowed)}, not {method}.")


class WrongType(AureliusError):
    """The body is not of the type that is taken."""

    code = "unsupported_type"


class TooLarge(AureliusError):
    """The body is larger than is taken."""

    code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit // 1024 // 1024} MB.")


class InvalidJson(AureliusError):
    """The body is no JSON."""

    code = "invalid_json"


class WrongHost(AureliusError):
    """A host name that this server does not answer to."""

    code = "wrong_host"

    def __init__(self) -> None:
        super().__init__("This server does not answer to that host name; AURELIUS_ALLOWED_HOSTS names those it does.")


class Conflict(AureliusError):
    """The state of things is another, or it is there already."""

    code = "conflict"


class TooManyRequests(AureliusError):
    """Slow down; `retry_after` says for how many seconds."""

    code = "too_many_requests"

    def __init__(self, retry_after: float, message: str = "Too many requests") -> None:
        self.retry_after = max(1, round(retry_after))
        super().__init__(f"{message}; try again in {self.retry_after} s.")


class Busy(AureliusError):
    """The server does as much of this as it can."""

    code = "busy"

    def __init__(self, message: str = "The server is busy; try again in a few seconds.") -> None:
        self.retry_after = 2
        super().__init__(message)
