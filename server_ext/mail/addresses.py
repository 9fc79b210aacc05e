"""Whom the platform may write to: only where its settings name a mail server, and only to the domains they allow."""

from __future__ import annotations

from collections.abc import Sequence

from aurelius_kernel.errors import InvalidField
from server_ext.settings import Settings

__all__ = ["check"]

FIELD = "mail_to"


def check(settings: Settings, recipients: Sequence[str] | None) -> None:
    """Raise InvalidField, naming the address, for one that may not be written to."""
    if not recipients:
        return
    if not settings.mail_url.get_secret_value():
        raise InvalidField.of(FIELD, "needs a mail server: an admin names one by AURELIUS_MAIL_URL")
    allowed = settings.mail_domains or (settings.mail_from.rpartition("@")[2],)
    for address in recipients:
        domain = address.rpartition("@")[2]
        if "*" not in allowed and domain not in allowed:
            raise InvalidField.of(FIELD, f"may hold addresses at {', '.join(allowed)} only, not {address}")
