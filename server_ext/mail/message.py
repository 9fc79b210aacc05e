"""The mail of a run: what came of it in words, and its files."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Row

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import AureliusError
from server_ext.jobs.states import State
from server_ext.reports.rendering import FORMATS, drawn
from server_ext.settings import Settings

__all__ = ["message"]

OUTCOMES = {State.COMPLETED: "is done", State.FAILED: "failed", State.CANCELLED: "was cancelled"}
LARGEST = 15 * 1024 * 1024
"""The most bytes attached: mail servers commonly refuse more than 25 MB, and encoding adds a third."""


def message(settings: Settings, store: Store, mail: Row[Any]) -> EmailMessage:
    """The mail with the executed notebook as PDF, and the report of a backtest that the run handed over.

    Its `Message-ID` is that of the run, so that a mail which was sent twice is recognised by who gets it.
    """
    made = EmailMessage()
    domain = settings.mail_from.rpartition("@")[2]
    made["Subject"] = f"{' '.join(mail.name.split())} {OUTCOMES[State(mail.job_state)]}"
    made["From"] = Address("Aurelius", addr_spec=settings.mail_from)
    made["To"] = ", ".join(mail.recipients)
    made["Message-ID"] = f"<{mail.id}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"
    files, missing = _files(settings, store, mail)
    made.set_content(_words(settings, mail, missing))
    for name, content in files.items():
        kind, _, subtype = FORMATS[name.rpartition(".")[2]].partition(";")[0].partition("/")
        made.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    return made


def _words(settings: Settings, mail: Row[Any], missing: list[str]) -> str:
    lines = [f"The notebook {mail.notebook} of the schedule “{mail.name}” {OUTCOMES[State(mail.job_state)]}."]
    if mail.job_error:
        lines += ["", mail.job_error]
    lines += ["", *missing] if missing else []
    if settings.public_url:
        lines += ["", f"{settings.public_url.rstrip('/')}/voila/render/{settings.dashboards}/jobs.ipynb"]
    return "\n".join(lines) + "\n"


def _files(settings: Settings, store: Store, mail: Row[Any]) -> tuple[dict[str, bytes], list[str]]:
    """What is attached by name, and a sentence for each file that could not be."""
    asked: dict[str, tuple[str, dict[str, Any]]] = {}
    if mail.executed:
        asked["notebook.pdf"] = "pdf", {"kind": "notebook", "notebook": mail.executed, "name": mail.name}
    if mail.result and store.record(mail.result).kind == "backtest_result":
        asked["report.pdf"] = "pdf", {"kind": "backtest", "result": mail.result}
        asked["report.xlsx"] = "xlsx", {"kind": "backtest", "result": mail.result}
    files: dict[str, bytes] = {}
    missing, room = [], LARGEST
    for name, (kind, question) in asked.items():
        try:
            content = drawn(settings.store, kind, question)
        except AureliusError as error:
            missing.append(f"{name} is not attached: {error.message}")
            continue
        if len(content) > room:
            missing.append(f"{name} is not attached: it is too large for a mail.")
            continue
        files[name], room = content, room - len(content)
    return files, missing
