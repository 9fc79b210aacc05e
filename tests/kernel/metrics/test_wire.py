from aurelius_kernel.metrics import on_the_wire


def test_fractions_leave_as_percent_numbers_and_other_units_as_they_are():
    inside = {"total_return": 0.5, "max_drawdown": -0.25, "sharpe_ratio": 1.5, "total_trades": 3.0, "psr": 0.75, "expectancy": 10.0}
    outside = {
        "total_return": 50.0,
        "max_drawdown": -25.0,
        "sharpe_ratio": 1.5,
        "total_trades": 3.0,
        "psr": 0.75,
        "expectancy": 10.0,
    }
    assert on_the_wire(inside) == outside


def test_what_is_not_finite_leaves_as_none():
    assert on_the_wire({"sharpe_ratio": float("nan"), "cagr": float("inf"), "win_rate": None}) == {
        "sharpe_ratio": None,
        "cagr": None,
        "win_rate": None,
    }


def test_what_is_no_number_is_left_alone():
    assert on_the_wire({"name": "momentum", "passed": True}) == {"name": "momentum", "passed": True}
