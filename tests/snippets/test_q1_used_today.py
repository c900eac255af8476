"""Every rule of the page is the one that Keras has."""

from loading import recorded


def test_all_agree_with_keras():
    values = recorded("q1_optimizers/used_today").values
    assert values["equal"] == values["rules"] == 5
