"""The one list of metrics: name, label, unit, formula and source, in the order they are shown."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Metric", "Unit"]


class Unit(StrEnum):
    """What a metric's number counts inside the library; fractions become percent numbers on the wire and on the page."""

    FRACTION = "fraction"
    RATIO = "ratio"
    PROBABILITY = "probability"
    COUNT = "count"
    BARS = "bars"
    DAYS = "days"
    MONEY = "money"


class Metric(StrEnum):
    """A metric of a backtest: its name, and what a reference page says about it.

    In the formulas r are the bar returns of equity E, N the number of bars, A the bars a year, rf the yearly risk-free rate, b the
    benchmark's bar returns, SR the Sharpe ratio per bar. Trade metrics are made of round trips.
    """

    label: str
    unit: Unit
    formula: str
    source: str

    def __new__(cls, name: str, label: str, unit: Unit, formula: str, source: str) -> Metric:
        """The string `name`, with the rest as attributes."""
        metric = str.__new__(cls, name)
        metric._value_ = name
        metric.label, metric.unit, metric.formula, metric.source = label, unit, formula, source
        return metric

    TOTAL_RETURN = "total_return", "Total return", Unit.FRACTION, "E_N/E_0 − 1", "GIPS 2020"
    CAGR = "cagr", "Annual growth (CAGR)", Unit.FRACTION, "(E_N/E_0)^(A/N) − 1", "GIPS 2020"
    VOLATILITY = "volatility", "Volatility", Unit.FRACTION, "std(r, ddof=1)·√A", "Bacon 2008"
    SHARPE_RATIO = (
        "sharpe_ratio",
        "Sharpe ratio",
        Unit.RATIO,
        "mean(r − rf/A)/std(r, ddof=1)·√A; none if all r are equal",
        "Sharpe 1994",
    )
    SORTINO_RATIO = (
        "sortino_ratio",
        "Sortino ratio",
        Unit.RATIO,
        "(mean(r) − rf/A)·A/(√mean(min(r, 0)²)·√A); none without a losing bar",
        "Sortino and Price 1994",
    )
    CALMAR_RATIO = "calmar_ratio", "Calmar ratio", Unit.RATIO, "cagr/|max_drawdown|; none without a drawdown", "Young 1991"
    MAX_DRAWDOWN = (
        "max_drawdown",
        "Maximum drawdown",
        Unit.FRACTION,
        "min(E/running maximum − 1), starting capital included",
        "Bacon 2008",
    )
    MAX_DRAWDOWN_DURATION = (
        "max_drawdown_duration",
        "Longest time under water",
        Unit.BARS,
        "bars from the last one at a peak to the first that reaches it again, or to the end",
        "Bacon 2008",
    )
    MAX_DRAWDOWN_DURATION_DAYS = (
        "max_drawdown_duration_days",
        "Longest time under water",
        Unit.DAYS,
        "the calendar days of that stretch; it starts with the first bar when the starting capital is the peak",
        "Bacon 2008",
    )
    ULCER_INDEX = "ulcer_index", "Ulcer index", Unit.FRACTION, "√mean(drawdown²)", "Martin 1989"
    VAR_95 = (
        "var_95",
        "Value at risk 95 %",
        Unit.FRACTION,
        "5 % quantile of r, linear between order statistics",
        "Hyndman and Fan 1996",
    )
    VAR_99 = (
        "var_99",
        "Value at risk 99 %",
        Unit.FRACTION,
        "1 % quantile of r, linear between order statistics",
        "Hyndman and Fan 1996",
    )
    CVAR_95 = "cvar_95", "Expected shortfall 95 %", Unit.FRACTION, "mean of the r not above var_95", "Rockafellar and Uryasev 2000"
    CVAR_99 = "cvar_99", "Expected shortfall 99 %", Unit.FRACTION, "mean of the r not above var_99", "Rockafellar and Uryasev 2000"
    SKEW = "skew", "Skewness", Unit.RATIO, "m₃/m₂^1.5 of central moments", "Joanes and Gill 1998, g₁"
    KURTOSIS = (
        "kurtosis",
        "Kurtosis",
        Unit.RATIO,
        "m₄/m₂² of central moments; 3 for a normal distribution",
        "Joanes and Gill 1998, g₂ + 3",
    )
    TAIL_RATIO = "tail_ratio", "Tail ratio", Unit.RATIO, "|95 % quantile of r|/|5 % quantile of r|", "empyrical"
    OMEGA = "omega", "Omega ratio", Unit.RATIO, "Σ max(r, 0)/Σ max(−r, 0); none without a losing bar", "Keating and Shadwick 2002"
    BETA = "beta", "Beta", Unit.RATIO, "cov(r, b)/var(b)", "Sharpe 1964"
    ALPHA = "alpha", "Alpha", Unit.FRACTION, "(mean(r − rf/A) − beta·mean(b − rf/A))·A", "Jensen 1968"
    INFORMATION_RATIO = "information_ratio", "Information ratio", Unit.RATIO, "mean(r − b)/std(r − b, ddof=1)·√A", "Goodwin 1998"
    TOTAL_TRADES = "total_trades", "Trades", Unit.COUNT, "round trips, those still open at the end included", "definition"
    WIN_RATE = "win_rate", "Winning trades", Unit.FRACTION, "closed trades with a profit/closed trades", "definition"
    PROFIT_FACTOR = (
        "profit_factor",
        "Profit factor",
        Unit.RATIO,
        "Σ profits/Σ losses of closed trades; none without a loss",
        "definition",
    )
    AVG_TRADE = "avg_trade", "Average trade", Unit.FRACTION, "mean of profit/value at entry over closed trades", "definition"
    EXPECTANCY = (
        "expectancy",
        "Expectancy",
        Unit.MONEY,
        "win_rate·mean profit − (1 − win_rate)·mean loss of closed trades",
        "Tharp 1998",
    )
    AVG_HOLDING = "avg_holding", "Average holding", Unit.BARS, "mean bars from entry to exit of closed trades", "definition"
    EXPOSURE = "exposure", "Exposure", Unit.FRACTION, "bars that end with a position/N", "definition"
    TURNOVER = "turnover", "Turnover a year", Unit.RATIO, "value bought and sold/mean(E)·A/N", "definition"
    PSR = (
        "psr",
        "Probabilistic Sharpe ratio",
        Unit.PROBABILITY,
        "Φ(SR·√(N − 1)/√(1 − skew·SR + (kurtosis − 1)/4·SR²))",
        "Bailey and López de Prado 2012",
    )
    DSR = (
        "dsr",
        "Deflated Sharpe ratio",
        Unit.PROBABILITY,
        "psr against the Sharpe ratio that the best of all trials is expected to show by luck",
        "Bailey and López de Prado 2014",
    )
    MIN_TRL = (
        "min_trl",
        "Minimum track record",
        Unit.BARS,
        "1 + (1 − skew·SR + (kurtosis − 1)/4·SR²)·(Φ⁻¹(0.95)/SR)²; none for SR ≤ 0",
        "Bailey and López de Prado 2012",
    )
