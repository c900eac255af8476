"""What the chapter says of rates that work, against the recorded trainings."""

from loading import recorded

SNIPPET = "q1_optimizers/tuning_figures"


def test_adam_keeps_its_rates_when_the_scale_changes():
    values = recorded(SNIPPET).values
    assert values["adam_both"] > values["momentum_both"] >= values["sgd_both"]
    assert values["adam_both"] <= min(values["adam_1"], values["adam_16"])
    assert min(values["adam_default_1"], values["adam_default_16"]) >= 0.9
    assert values["sgd_16"] < values["sgd_1"]
