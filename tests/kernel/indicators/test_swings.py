import numpy as np

from aurelius_kernel.indicators import fibonacci_levels, swing_leg, swings

HIGH = np.array([1.0, 2.0, 5.0, 3.0, 2.0, 1.0, 2.0, 4.0, 3.0, 2.0])
LOW = HIGH - 0.5


def test_a_swing_is_known_only_once_the_bars_after_it_have_confirmed_it():
    known = swings(HIGH, LOW, 2)
    # the top of bar 2 is known at bar 4, the bottom of bar 5 at bar 7, the top of bar 7 at bar 9
    np.testing.assert_array_equal(known.high, [np.nan] * 4 + [5.0] * 5 + [4.0])
    np.testing.assert_array_equal(known.high_age, [np.nan] * 4 + [2.0, 3.0, 4.0, 5.0, 6.0, 2.0])
    np.testing.assert_array_equal(known.low, [np.nan] * 7 + [0.5] * 3)
    np.testing.assert_array_equal(known.low_age, [np.nan] * 7 + [2.0, 3.0, 4.0])


def test_of_equal_tops_the_first_is_the_swing():
    assert swings([1.0, 3.0, 3.0, 1.0, 1.0], [0.0] * 5, 1).high_age.tolist()[2:] == [1.0, 2.0, 3.0]


def test_a_price_that_stands_still_has_no_swings():
    assert np.isnan(swings(np.full(50, 10.1), np.full(50, 10.1), 3).high).all()


def test_the_leg_runs_from_the_older_swing_to_the_newer():
    start, end = swing_leg(HIGH, LOW, 2)
    assert (start[7], end[7]) == (5.0, 0.5)
    assert (start[9], end[9]) == (0.5, 4.0)


def test_a_rise_from_100_to_200_gives_back_its_fibonacci_shares():
    levels = fibonacci_levels([100.0], [200.0])
    np.testing.assert_allclose(levels[:, 0], [176.4, 161.8, 150.0, 138.2, 121.4], rtol=1e-12)
