"""The table of nine layers, against the numbers of the question worked on paper."""

from loading import names_of

SNIPPET = "q3_shapes_and_parameters/shapes_by_formula"
SHAPES = ["498×16", "249×16", "245×32", "122×32", "118×64", "59×64", "3776"]
PARAMETERS = [352, 0, 2592, 0, 10304, 0, 0, 483456, 645]


def test_shapes_and_parameters():
    table = names_of(SNIPPET)["table"]
    assert list(table["output shape"]) == [*SHAPES, "128", "5"]
    assert list(table["parameters"]) == PARAMETERS
    assert names_of(SNIPPET)["total"] == sum(PARAMETERS) == 497349


def test_the_square_is_wrong_for_every_convolution():
    names = names_of(SNIPPET)
    assert names["once"] == [352, 2592, 10304]
    assert all(a != b for a, b in zip(names["once"], names["squared"], strict=True))
