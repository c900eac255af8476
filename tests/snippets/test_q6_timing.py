"""What the timed networks are; their times belong to a machine."""

from loading import names_up_to, recorded

SNIPPET = "q6_one_by_one_filters/timing"


def test_only_the_window_differs_in_the_fair_pair():
    build = names_up_to(SNIPPET, "networks")["network"]
    one, three = build(1, 32, 32), build(3, 32, 32)
    assert one.count_params() == 128 * 32 + 32 + 32 * 32 + 32 == 5184
    assert three.count_params() == 46_144
    assert one.output_shape == three.output_shape == (None, 32, 32, 32)


def test_what_was_recorded():
    values = recorded(SNIPPET).values
    assert values["work_ratio"] == 9
    assert values["unfair_work_ratio"] == (128 * 32 + 32 * 32) / (128 * 32 + 32)
    # The first call traces, no later one does, and that takes its time.
    assert values["traced_first"] >= 1
    assert values["traced_later"] == 0
    # Median against median, and the quartiles of all kinds of networks lie apart.
    assert values["first_over_later"] > 1
    assert values["first_low"] > values["later_high"]
    # Later calls of `predict` hardly tell the layers apart, direct ones do a little.
    assert values["predict_1"] > 2 * values["direct_1"]
    assert 0.8 < values["predict_ratio"] < values["direct_ratio"]
    # And that nine times the work takes less than nine times the time.
    assert 1 < values["time_ratio"] < 9
    assert values["time_ratio"] < values["net_ratio"] < 9
