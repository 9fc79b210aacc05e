"""Several backtests held together, as a report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aurelius_kernel import views
from aurelius_kernel.metrics import Metric, Unit
from aurelius_kernel.metrics.drawdown import below_peak
from aurelius_kernel.portfolio import Combination
from aurelius_kernel.reporting.comparison_report import bars_of, correlation_parts, metric_tables, runs_table, shared_facts
from aurelius_kernel.reporting.folio import Amount, Cell, Figure, Folio, Headline, Section, Table, amount
from aurelius_kernel.reporting.notices import notices_of
from aurelius_kernel.views.drawdown_episodes import DrawdownEpisode, worst_drawdowns
from aurelius_kernel.views.numerals import day, percent, plural

__all__ = ["metrics_with_parts", "portfolio_folio", "with_parts"]

HEADLINE = (Metric.TOTAL_RETURN, Metric.CAGR, Metric.SHARPE_RATIO, Metric.MAX_DRAWDOWN, Metric.VOLATILITY)
WHOLE = "Portfolio"
NAMED = 3
REBALANCED = {
    "never": "Each part is left alone after the beginning.",
    "monthly": "Shares are set anew at the first bar of each month, without costs.",
    "quarterly": "Shares are set anew at the first bar of each quarter, without costs.",
    "yearly": "Shares are set anew at the first bar of each year, without costs.",
}


def portfolio_folio(held: Combination) -> Folio:
    """The portfolio as a report: what it did, who brought the gain and who bore the risk, and how its parts move together."""
    wealth, falls = with_parts(held)
    names = list(held.weights)
    return Folio(
        kind="Portfolio of backtests",
        title=" + ".join(names) if len(names) <= NAMED else f"{plural(len(names), 'backtest')} held together",
        lead=" · ".join(f"{name} {percent(weight, 1)}" for name, weight in held.weights.items()),
        hash=held.hash,
        date=held.parts.index[-1].to_pydatetime(),
        facts=[
            *shared_facts(held.parts),
            ("Rebalanced", held.rebalance),
            ("Diversification ratio", Amount(held.diversification, Unit.RATIO)),
        ],
        notices=[REBALANCED[held.rebalance], *notices_of(held.parts.results)],
        headline=[Headline(metric.label, Amount(held.metrics[metric.value], metric.unit)) for metric in HEADLINE],
        sections=[
            Section("Over time", [
                Figure(views.wealth_and_drawdowns(wealth, falls), "What 1 became in the portfolio and its parts, and drawdowns"),
                Figure(views.shares_over_time(held.shares), "The share of each part in the portfolio's value over time"),
            ]),
            Section("Who brought what", [_contributions(held), _drawdowns(held)]),
            Section("Metrics", [*metric_tables(metrics_with_parts(held)), "● marks the best of a row."], fresh=True),
            Section("Together", correlation_parts(held.parts.correlation)),
            Section("Runs", [runs_table(held.parts)]),
            Section("Bars", [
                bars_of("What 1 became", wealth, Unit.RATIO), bars_of("Drawdown", falls), bars_of("Shares", held.shares),
            ]),
        ],
    )  # fmt: skip


def with_parts(held: Combination) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Wealth and drawdowns of the portfolio and of each part, the portfolio first."""
    wealth = pd.concat([held.wealth.rename(WHOLE), held.parts.wealth], axis=1)
    fall = pd.Series(below_peak(np.concatenate([[1.0], held.wealth.to_numpy()]))[1:], index=wealth.index, name=WHOLE)
    return wealth, pd.concat([fall, held.parts.drawdowns], axis=1)


def metrics_with_parts(held: Combination) -> pd.DataFrame:
    """Every metric of the portfolio and of each part, a row a metric, the portfolio first."""
    return pd.concat([pd.Series(held.metrics, name=WHOLE, dtype=object), held.parts.table], axis=1)


def _contributions(held: Combination) -> Table:
    found = held.contributions
    found.loc["All"] = found.sum()
    values = zip(map(str, found.index), found.to_numpy().tolist(), strict=True)
    rows: list[list[Cell]] = [[name, *(amount(value, Unit.FRACTION) for value in row)] for name, row in values]
    note = (
        "Gain is what the part earned for each 1 put into the portfolio; all gains sum to its total return. "
        "Risk is the part's share of the portfolio's variance (Litterman 1996)."
    )
    head = ["Part", "Share at the beginning", "Share at the end", "Gain", "Risk"]
    return Table("Contributions", head, rows, numeric=range(1, 5), note=note)


def _drawdowns(held: Combination) -> Table:
    rows = [_drawdown(one) for one in worst_drawdowns(held.wealth, 1.0)]
    return Table("Worst drawdowns of the portfolio", ["Depth", "Peak", "Trough", "Recovered", "Bars"], rows, numeric=(0, 4))


def _drawdown(one: DrawdownEpisode) -> list[Cell]:
    recovered = "not yet" if one.recovery is None else day(one.recovery)
    return [amount(one.depth, Unit.FRACTION), day(one.peak), day(one.trough), recovered, amount(one.bars, Unit.COUNT)]
