from __future__ import annotations

import math
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.figure import Figure

from aurelius_kernel.views import charts, equity_and_drawdown, return_distribution, risk_over_time

DRAWN = (equity_and_drawdown, risk_over_time, return_distribution)


def titles(chart: Figure) -> list[str]:
    return [text.get_text() for text in chart.texts]


def test_buy_and_hold_is_measured_from_the_capital_like_the_account(account):
    result = account([100.0, 110.0], held=[90.0, 99.0])
    assert charts.benchmark_returns(result).tolist() == pytest.approx([-0.1, 0.1])
    assert charts.benchmark_drawdown(result).tolist() == pytest.approx([-0.1, -0.01])


def test_net_exposure_is_what_is_not_cash_and_negative_for_shorts(account):
    result = account([100.0, 100.0, 100.0, 0.0], cash=[100.0, 25.0, 150.0, 0.0])
    assert charts.net_exposure(result).tolist() == pytest.approx([0.0, 0.75, -0.5, math.nan], nan_ok=True)


def test_equity_is_drawn_on_a_log_scale(account):
    chart = equity_and_drawdown(account([100.0, 120.0, 90.0]))
    assert titles(chart) == ["Account value, log scale", "Drawdown"]
    assert [axes.get_yscale() for axes in chart.axes] == ["log", "linear"]


def test_an_account_that_lost_everything_is_drawn_on_a_linear_scale(account):
    chart = equity_and_drawdown(account([100.0, 0.0, 0.0]))
    assert titles(chart) == ["Account value, linear scale", "Drawdown"]
    assert chart.axes[0].get_yscale() == "linear"


def test_equity_and_drawdown_share_their_dates(account):
    equity, drawdown = equity_and_drawdown(account([100.0, 120.0, 90.0])).axes
    assert equity.get_xlim() == drawdown.get_xlim()
    assert equity.get_position().x0 == drawdown.get_position().x0


def test_the_drawn_lines_are_those_of_the_result(account):
    result = account([100.0, 120.0, 90.0], held=[100.0, 101.0, 102.0])
    lines = {line.get_label(): line.get_ydata().tolist() for line in equity_and_drawdown(result).axes[0].lines}
    assert lines == {"Strategy": [100.0, 120.0, 90.0], "Buy and hold": [100.0, 101.0, 102.0]}


def test_rolling_numbers_say_their_window(account):
    values = 100 * np.exp(np.random.default_rng(1).normal(0, 0.01, 400).cumsum())
    assert titles(risk_over_time(account(values))) == ["Sharpe ratio, 100 bars", "Volatility, 100 bars, annualised", "Net exposure"]


def test_a_run_too_short_for_a_window_shows_exposure_alone(account):
    assert titles(risk_over_time(account([100.0, 101.0]))) == ["Net exposure"]


@pytest.mark.parametrize("draw", DRAWN)
@pytest.mark.parametrize("equity", [[100.0], [100.0, 100.0], [100.0, 50.0, 0.0, 0.0], [1e-6, 1e15, 3.0], [100.0, -5.0, -5.0]])
def test_any_account_can_be_drawn(account, draw, equity):
    drawn = ET.fromstring(draw(account(equity)).svg())  # noqa: S314 - made by the chart, which is under test
    assert drawn.tag.endswith("svg")


def test_a_notebook_shows_a_chart_as_svg(account):
    chart = equity_and_drawdown(account([100.0, 120.0]))
    assert chart._repr_svg_() == equity_and_drawdown(account([100.0, 120.0])).svg()


def test_charts_need_no_pyplot_and_no_engine():
    code = "import sys; import aurelius_kernel.views.charts; print(sorted({'matplotlib.pyplot', 'vectorbt'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
