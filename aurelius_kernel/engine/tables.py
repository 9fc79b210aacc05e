"""The order log of the compiled account as tables: orders, and the round trips that vectorbt reads off them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from vectorbt.portfolio import nb as vectorbt_nb
from vectorbt.portfolio.enums import OrderSide, TradeDirection, TradeStatus, order_dt
from vectorbt.records.nb import col_map_nb

from aurelius_kernel.engine.account import REFUSED
from aurelius_kernel.model import ORDER_COLUMNS, TRADE_COLUMNS, Panel

__all__ = ["order_records", "order_table", "trade_table"]

KINDS = np.array(["market", "limit", "stop", "take_profit", "trailing_stop", "liquidation"], dtype=object)
STATUSES = np.array(["filled", "cut", "refused"], dtype=object)
REASONS = np.array(["", "leverage", "volume", "less than one share", "no budget"], dtype=object)


def order_table(orders: NDArray[np.void], panel: Panel) -> pd.DataFrame:
    """Every order of a run, refused ones too, in the order of their execution; columns ORDER_COLUMNS."""
    names = np.array(panel.instruments, dtype=object)
    columns = {
        "time": panel.index[orders["bar"]],
        "instrument": names[orders["column"]],
        "side": np.where(orders["side"] < 0.0, "sell", "buy"),
        "kind": KINDS[orders["kind"]],
        "requested": orders["requested"],
        "size": orders["size"],
        "price": orders["price"],
        "market_price": orders["market_price"],
        "commission": orders["commission"],
        "slippage": np.nan_to_num(np.abs(orders["price"] - orders["market_price"]) * orders["size"]),
        "signal_time": panel.index[orders["signal_bar"]],
        "status": STATUSES[orders["status"]],
        "reason": REASONS[orders["reason"]],
    }
    return _frame(columns, ORDER_COLUMNS)


def order_records(orders: NDArray[np.void]) -> NDArray[np.void]:
    """The executed orders in vectorbt's own record type."""
    done = orders[orders["status"] != REFUSED]
    records = np.zeros(len(done), dtype=order_dt)
    records["id"] = np.arange(len(done))
    records["idx"], records["col"] = done["bar"], done["column"]
    records["size"], records["price"], records["fees"] = done["size"], done["price"], done["commission"]
    records["side"] = np.where(done["side"] > 0.0, OrderSide.Buy, OrderSide.Sell)
    return records


def trade_table(orders: NDArray[np.void], panel: Panel) -> pd.DataFrame:
    """The round trips of a run, by entry; columns TRADE_COLUMNS."""
    records = order_records(orders)
    close = pd.DataFrame(panel.close).ffill().to_numpy(np.float64)
    trades = vectorbt_nb.get_exit_trades_nb(records, close, col_map_nb(records["col"], len(panel.instruments)))
    closed = trades["status"] == TradeStatus.Closed
    exit_kind = np.full(len(trades), "", dtype=object)
    for column in range(len(panel.instruments)):
        own = trades["col"] == column
        exit_kind[own & closed] = KINDS[_reducing_kinds(orders, column)]
    columns = {
        "instrument": np.array(panel.instruments, dtype=object)[trades["col"]],
        "side": np.where(trades["direction"] == TradeDirection.Long, "long", "short"),
        "size": trades["size"],
        "entry_time": panel.index[trades["entry_idx"]],
        "entry_price": trades["entry_price"],
        "exit_time": panel.index[trades["exit_idx"]],
        "exit_price": trades["exit_price"],
        "pnl": trades["pnl"],
        "return": trades["return"],
        "bars": (trades["exit_idx"] - trades["entry_idx"]).astype(np.int64),
        "commission": trades["entry_fees"] + trades["exit_fees"],
        "status": np.where(closed, "closed", "open"),
        "exit_kind": exit_kind,
    }
    order = np.lexsort((trades["col"], trades["exit_idx"], trades["entry_idx"]))
    return _frame({name: values[order] for name, values in columns.items()}, TRADE_COLUMNS)


def _reducing_kinds(orders: NDArray[np.void], column: int) -> NDArray[np.int64]:
    own = orders[(orders["column"] == column) & (orders["status"] != REFUSED)]
    signed = own["side"] * own["size"]
    held_before = np.concatenate([[0.0], np.cumsum(signed)[:-1]])
    held_before[np.abs(held_before) < 1e-9 * np.abs(signed)] = 0.0
    kinds: NDArray[np.int64] = own["kind"][signed * held_before < 0.0]
    return kinds


def _frame(columns: dict[str, NDArray[Any] | pd.DatetimeIndex], names: tuple[str, ...]) -> pd.DataFrame:
    texts = [name for name, values in columns.items() if values.dtype.kind in "OU"]
    return pd.DataFrame(columns, columns=list(names)).astype(dict.fromkeys(texts, "str"))
