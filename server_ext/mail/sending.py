"""Sending: mails whose job has ended go to the mail server, each from one server, again and again until it takes them."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from sqlalchemy import Row

from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import AureliusError, StorageUnavailable
from server_ext.jobs.intake import store_of
from server_ext.mail import service
from server_ext.mail.message import message
from server_ext.platform import Platform

__all__ = ["deliver", "keep_mailing"]

LOOK_SECONDS = 2.0
PATIENCE = 30.0
LOCAL = {"localhost", "127.0.0.1", "::1"}

logger = structlog.get_logger("aurelius.mail")


async def keep_mailing(platform: Platform) -> None:
    """Send what is due, every two seconds, until cancelled; nothing where no mail server is named."""
    if not platform.settings.mail_url.get_secret_value():
        return
    while True:
        try:
            for mail in await platform.database.read(service.due, utc_now()):
                if await platform.database.write(service.claim, mail, utc_now()):
                    await _sent(platform, mail)
        except StorageUnavailable as error:
            logger.warning("the database is away", reason=error.message)
        await asyncio.sleep(LOOK_SECONDS)


async def _sent(platform: Platform, mail: Row[Any]) -> None:
    try:
        await platform.apart(deliver, platform, mail)
    except (OSError, smtplib.SMTPException, AureliusError) as error:
        reason = error.message if isinstance(error, AureliusError) else _reason(error)
        logger.warning("a mail could not be sent", mail_id=mail.id, reason=reason)
        await platform.database.write(service.failed, platform.log, mail, reason)
    else:
        await platform.database.write(service.sent, mail.id)


def deliver(platform: Platform, mail: Row[Any]) -> None:
    """Make the mail and hand it to the mail server; raises OSError or SMTPException when that does not take it."""
    settings = platform.settings
    made = message(settings, store_of(settings), mail)
    address = urlsplit(settings.mail_url.get_secret_value())
    host, context = address.hostname or "", ssl.create_default_context()
    if address.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, address.port or 465, timeout=PATIENCE, context=context)
    else:
        connection = smtplib.SMTP(host, address.port or 587, timeout=PATIENCE)
    with connection:
        if address.scheme == "smtp" and host not in LOCAL:
            connection.starttls(context=context)
        if address.username:
            connection.login(unquote(address.username), unquote(address.password or ""))
        connection.send_message(made)


def _reason(error: Exception) -> str:
    """What went wrong, without what was sent: answers of mail servers may quote addresses, never a password."""
    if isinstance(error, smtplib.SMTPResponseException):
        told = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else str(error.smtp_error)
        return f"the mail server answered {error.smtp_code} {' '.join(told.split())}"
    return f"{type(error).__name__}: {error}"
