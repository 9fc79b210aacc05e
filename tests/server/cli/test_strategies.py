from aurelius_kernel.strategies import Strategy


def test_every_family_is_listed_with_its_rule(aurelius):
    listed = aurelius("strategies", "list", "--json").document
    assert [family["type"] for family in listed] == sorted(Strategy.families)
    assert Strategy.families["trend_following"].summary in aurelius("strategies", "list").out


def test_a_family_is_shown_with_ranges_defaults_and_meaning(aurelius):
    shown = aurelius("strategies", "show", "trend_following", "--json").document
    fast = shown["parameters"][0]
    assert (fast["parameter"], fast["default"], fast["low"], fast["high"]) == ("fast", 20, 2, 500)
    assert "2 … 500" in aurelius("strategies", "show", "trend_following").out


def test_an_unknown_family_is_answered_with_the_nearest(aurelius):
    assert "did you mean breakout?" in aurelius("strategies", "show", "brekout").err
