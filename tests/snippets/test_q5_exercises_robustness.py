"""What the answers say was found, and where theory knows the answer."""

from loading import recorded

VALUES = recorded("q5_strengths_and_limits/exercises_robustness").values


def test_a_zero_is_a_zero_after_half_a_turn_and_a_six_a_nine():
    assert VALUES["zero_right"] > 0.9
    assert VALUES["six_as_nine"] > 0.5
    assert VALUES["nine_as_six"] > 0.5


def test_what_training_shows_is_learnt():
    assert VALUES["wide_quarter"] > VALUES["narrow_quarter"] + 0.3


def test_moving_averages_move_without_a_learning_rate_unless_frozen():
    assert VALUES["moved"] > 0
    assert VALUES["moved_frozen"] == 0
