"""Every table, by naming every domain that has some: what migrations and backups see."""

from server_ext.accounts import tables as accounts
from server_ext.db.metadata import metadata
from server_ext.events import tables as events
from server_ext.evidence import tables as evidence
from server_ext.generation import tables as generation
from server_ext.jobs import tables as jobs
from server_ext.mail import tables as mail
from server_ext.orchestrator import tables as orchestrator
from server_ext.overview import tables as overview
from server_ext.policy import tables as policy
from server_ext.promotion import tables as promotion
from server_ext.research import tables as research
from server_ext.schedules import tables as schedules
from server_ext.sharing import tables as sharing
from server_ext.strategies import tables as strategies
from server_ext.web import tables as web

__all__ = [
    "accounts",
    "events",
    "evidence",
    "generation",
    "jobs",
    "mail",
    "metadata",
    "orchestrator",
    "overview",
    "policy",
    "promotion",
    "research",
    "schedules",
    "sharing",
    "strategies",
    "web",
]
