"""What the timed networks are; their times belong to a machine."""

from loading import names_up_to, recorded

SNIPPET = "q6_one_by_one_filters/timing"


def test_only_the_window_differs_in_the_fair_pair():
    build = names_up_to(SNIPPET, "networks")["network"]
    one, three = build(1, 32, 32), build(3, 32, 32)
    assert one.count_params() == 128 * 32 + 32 + 32 * 32 + 32 == 5184
    assert three.count_params() == 46_144
    assert one.output_shape == three.output_shape == (None, 32, 32, 32)


def test_work_is_counted():
    values = recorded(SNIPPET).values
    assert values["work_ratio"] == 9
    assert values["unfair_work_ratio"] == (128 * 32 + 32 * 32) / (128 * 32 + 32)


def test_only_first_traces():
    """Of the calls of ``predict``, the first alone runs the layers' code."""
    values = recorded(SNIPPET).values
    assert values["traced_first"] >= 1
    assert values["traced_later"] == 0


def test_first_is_slower():
    """The quartiles of all kinds of networks lie apart."""
    values = recorded(SNIPPET).values
    assert values["first_low"] > values["later_high"]


def test_predict_hides_layers():
    values = recorded(SNIPPET).values
    assert values["predict_1"] > 2 * values["direct_1"]
    assert 0.8 < values["predict_ratio"] < values["direct_ratio"]


def test_nine_times_the_work_takes_less_than_nine_times_the_time():
    values = recorded(SNIPPET).values
    assert 1 < values["time_ratio"] < values["net_ratio"] < 9
