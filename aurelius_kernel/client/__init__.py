"""The platform's HTTP API as Python."""

from aurelius_kernel.client.client import Client
from aurelius_kernel.client.event_stream import EventStream
from aurelius_kernel.client.records import (
    Backtest,
    BacktestDetail,
    BarsPage,
    Event,
    EventPage,
    Family,
    Health,
    Imported,
    Instruments,
    Invitation,
    Job,
    Share,
    Shares,
    Strategies,
    Strategy,
    StrategyDetail,
    User,
    Users,
    Validity,
)
from aurelius_kernel.client.transport import ApiError

__all__ = [
    "ApiError",
    "Backtest",
    "BacktestDetail",
    "BarsPage",
    "Client",
    "Event",
    "EventPage",
    "EventStream",
    "Family",
    "Health",
    "Imported",
    "Instruments",
    "Invitation",
    "Job",
    "Share",
    "Shares",
    "Strategies",
    "Strategy",
    "StrategyDetail",
    "User",
    "Users",
    "Validity",
]
