"""The event log: what happened, in the order it was committed, for whoever may see it."""

from server_ext.access.visibility import Audience, Viewer, can_see
from server_ext.events.appender import Appender
from server_ext.events.event import Event, Recorded, visible_to
from server_ext.events.log import CHANNEL, EventLog, Page, State

__all__ = ["CHANNEL", "Appender", "Audience", "Event", "EventLog", "Page", "Recorded", "State", "Viewer", "can_see", "visible_to"]
