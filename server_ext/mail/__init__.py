"""What schedules send to people: the outcome of each run, by mail, from one of the servers."""

from server_ext.mail.addresses import check
from server_ext.mail.service import keep, recipients_of, wait_for

__all__ = ["check", "keep", "recipients_of", "wait_for"]
