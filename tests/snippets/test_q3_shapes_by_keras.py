"""Formula and Keras agree on every layer."""

from loading import names_of

SNIPPET = "q3_shapes_and_parameters/shapes_by_keras"


def test_every_layer_agrees():
    names = names_of(SNIPPET)
    assert len(names["table"]) == 9
    assert names["same_shapes"] == names["same_parameters"] == 9
    assert names["model"].count_params() == 497349


def test_the_stored_weights_are_what_is_counted():
    model = names_of(SNIPPET)["model"]
    kernel, bias = model.layers[0].get_weights()
    assert kernel.shape == (3, 7, 16)
    assert bias.shape == (16,)
