"""A small chart of each strategy family, deciding on real bars: price above, position below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import matplotlib.dates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from aurelius_kernel.data.samples import ArchSeries, BokehStocks, CarryIndices, SkfolioCloses
from aurelius_kernel.model import Signals
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.views.theme import PALETTE, Chart, house_style, label_ticks, percent_axis

__all__ = ["charts", "link"]

FOLDER = "docs/images/strategies"
LONG, SHORT = PALETTE["accent"], PALETTE["loss"]
SIDES = LinearSegmentedColormap.from_list("sides", [SHORT, "white", LONG])
LEFT_MM, RIGHT_MM = 11.0, 0.5
MANY = 1_000
"""More bars than this are drawn as weeks."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a family is shown on: real instruments, what it reads beside them, and the stretch of time that is drawn."""

    instruments: tuple[str, ...]
    first: str
    last: str
    beside: tuple[str, ...] = ()


SCENES = {
    "breakout": Scene(instruments=("IBM",), first="2007", last="2009"),
    "carry_trade": Scene(
        instruments=("AAPL", "IBM", "MSFT"), beside=("AAPL.CARRY", "IBM.CARRY", "MSFT.CARRY"), first="2006", last="2012"
    ),
    "fib_rsi": Scene(instruments=("GOOG",), first="2009", last="2012"),
    "market_neutral": Scene(instruments=("BAC", "CVX", "JNJ", "JPM", "KO", "MRK", "PEP", "XOM"), first="2014", last="2022"),
    "mean_reversion": Scene(instruments=("MSFT",), first="2010", last="2012"),
    "ml_classifier": Scene(instruments=("GOOG",), first="2010", last="2012"),
    "pairs_trading": Scene(instruments=("KO", "PEP"), first="2018", last="2022"),
    "stat_arb": Scene(instruments=("BAC", "CVX", "JNJ", "JPM", "KO", "MRK", "PEP", "XOM"), first="2021-07", last="2022"),
    "trend_following": Scene(instruments=("AAPL",), first="2006", last="2012"),
    "ts_momentum": Scene(instruments=("SP500",), first="2000", last="2010"),
    "volatility_trading": Scene(instruments=("SP500",), first="2006", last="2012"),
}


@cache
def charts() -> dict[str, str]:
    """The SVG of each built-in family, by its path from the root."""
    return {f"{FOLDER}/{name}.svg": drawn(name, scene).svg() for name, scene in SCENES.items()}


def link(name: str) -> str:
    """The chart of a family as the reference page shows it, with what it is drawn on."""
    scene = SCENES[name]
    of = ", ".join(scene.instruments)
    return f"![{name} on {of}](../images/strategies/{name}.svg)\n\n*Its defaults on {of}, real bars that come with the samples.*"


@house_style()
def drawn(name: str, scene: Scene) -> Chart:
    """Prices above, and below them what the family holds."""
    bars = {instrument: bars_of(instrument) for instrument in (*scene.instruments, *scene.beside)}
    signals = Strategy.create(name).signals(bars)
    alone = len(scene.instruments) == 1
    low = 18.0 if alone else 6.0 + 3.4 * len(scene.instruments)
    chart = Chart(150.0, 40.0 + low)
    above = chart.panel(LEFT_MM, low + 7.0, RIGHT_MM, 6.0, f"{name} on {', '.join(scene.instruments)}")
    below = chart.panel(LEFT_MM, 5.0, RIGHT_MM, 38.5, "Position" if alone else "Weights")
    shown = slice(scene.first, scene.last)
    closes = pd.DataFrame({instrument: bars[instrument]["close"] for instrument in scene.instruments}).loc[shown]
    position = positions(signals, bars).loc[shown]
    _prices(above, closes)
    if alone:
        _mark(above, signals, closes)
        _area(below, position.iloc[:, 0])
    else:
        _heat(below, position)
    _dates([above, below], closes.index)
    return chart


@cache
def bars_of(instrument: str) -> pd.DataFrame:
    """The instrument's bars from the first bundled source that has it."""
    providers = (BokehStocks(), ArchSeries(), CarryIndices(), SkfolioCloses())
    return next(provider.whole(instrument).bars for provider in providers if instrument in provider.names)


def positions(signals: Signals, bars: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What is held after each bar's decisions: the last weight, or 1, 0 or −1 by entries, exits, stops and targets."""
    names = list(signals.instruments)
    if signals.weights is not None:
        return pd.DataFrame(signals.weights, index=signals.index, columns=names).ffill().fillna(0.0)
    return pd.DataFrame({name: _sides(signals.frame(name), bars[name]) for name in names}, index=signals.index)


def _sides(decided: pd.DataFrame, bars: pd.DataFrame) -> np.ndarray:
    levels = decided.reindex(columns=["stop_price", "target_price"]).to_numpy(np.float64)
    asked = decided[["entries", "exits", "short_entries", "short_exits"]].to_numpy(np.bool_)
    reached = bars[["low", "high"]].to_numpy(np.float64)
    side, stop, target, sides = 0, np.nan, np.nan, []
    for (long, left, short, covered), (stop_now, target_now), (low, high) in zip(asked, levels, reached, strict=True):
        worst, best = (low, high) if side > 0 else (-high, -low)
        if side and (worst <= side * stop or best >= side * target):
            side = 0
        if (long and side < 1) or (short and side > -1):
            side, stop, target = 1 if long else -1, stop_now, target_now
        elif left if side > 0 else covered:
            side = 0
        sides.append(side)
    return np.array(sides, dtype=np.float64)


def _prices(axes: Axes, closes: pd.DataFrame) -> None:
    relative = closes if closes.shape[1] == 1 else closes / closes.bfill().iloc[0]
    if len(relative) > MANY:
        relative = relative.resample("W").last()
    shades = [PALETTE[name] for name in ("ink", "accent", "loss", "muted", "benchmark")]
    for number, line in enumerate(relative.columns):
        axes.plot(relative.index, relative[line].to_numpy(), color=shades[number % len(shades)], linewidth=0.6)
    axes.yaxis.set_major_locator(MaxNLocator(4))


def _mark(axes: Axes, signals: Signals, closes: pd.DataFrame) -> None:
    decided, price = signals.frame(), closes.iloc[:, 0]
    for kind, marker, colour in (("entries", "^", LONG), ("short_entries", "v", SHORT)):
        if kind in decided:
            at = price[decided[kind].reindex(price.index, fill_value=False)]
            axes.plot(at.index, at.to_numpy(), marker, color=colour, markersize=3.0, markeredgewidth=0.0)


def _area(axes: Axes, held: pd.Series) -> None:
    steps = held[(held != held.shift()) | (held.index == held.index[-1])]
    for side, colour in ((steps.clip(lower=0.0), LONG), (steps.clip(upper=0.0), SHORT)):
        axes.fill_between(side.index, side.to_numpy(), 0.0, step="post", color=colour, alpha=0.55, linewidth=0.0)
    largest = 1.0 if held.abs().max() > 0.6 else 0.5
    axes.set_ylim(-1.08 * largest if held.min() < 0.0 else 0.0, 1.08 * largest)
    axes.set_yticks([-largest, 0.0, largest] if held.min() < 0.0 else [0.0, largest])
    percent_axis(axes)


def _heat(axes: Axes, position: pd.DataFrame) -> None:
    largest = float(np.abs(position.to_numpy()).max())
    first, last = matplotlib.dates.date2num(position.index[[0, -1]])
    picture = {"aspect": "auto", "interpolation": "nearest", "extent": (first, last, position.shape[1] - 0.5, -0.5)}
    axes.imshow(position.to_numpy().T, cmap=SIDES, vmin=-largest, vmax=largest, **picture)
    axes.grid(visible=False)
    axes.set_yticks(range(position.shape[1]), list(position.columns))


def _dates(panels: list[Axes], index: pd.DatetimeIndex) -> None:
    for axes in panels:
        axes.set_xlim(index[0], index[-1])
        locator = matplotlib.dates.AutoDateLocator(minticks=3, maxticks=9)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(matplotlib.dates.ConciseDateFormatter(locator))
        label_ticks(axes)
    panels[0].tick_params(labelbottom=False)
