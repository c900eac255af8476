"""Three layers on one clip: counts by hand, and which frames each output saw."""

from loading import names_of

SNIPPET = "q3_shapes_and_parameters/conv2d_and_conv3d"


def test_parameters_by_hand():
    parameters = names_of(SNIPPET)["parameters"]
    assert parameters == {
        "Conv2D, frame by frame": 3 * 3 * 3 * 8 + 8,
        "Conv2D, frames as channels": 3 * 3 * 72 * 8 + 8,
        "Conv3D": 3 * 3 * 3 * 3 * 8 + 8,
    }


def test_multiply_adds_by_hand():
    places = 30 * 30
    assert names_of(SNIPPET)["work"] == {
        "Conv2D, frame by frame": 24 * places * 27 * 8,
        "Conv2D, frames as channels": places * 9 * 72 * 8,
        "Conv3D": 22 * places * 81 * 8,
    }


def test_both_ways_of_conv2d_are_conv3d_in_disguise():
    names = names_of(SNIPPET)
    assert names["flat_difference"] == names["deep_difference"] == 0
    assert names["flat"](names["clip"]).shape == (1, 24, 30, 30, 8)
    assert names["deep_output"].shape == (1, 1, 30, 30, 8)


def test_an_inflated_layer_treats_a_still_clip_as_the_image():
    names = names_of(SNIPPET)
    assert names["still_difference"] == 0
    moving = names["difference"](
        names["inflated"](names["clip"]), names["frame_by_frame"](names["clip"])[:, :21]
    )
    assert moving.max() > 1


def test_channels_first_moves_the_channels_and_pytorch_the_filters():
    layouts = names_of(SNIPPET)["layouts"]
    assert [row[1] for row in layouts] == [
        "24×32×32×3",
        "3×24×32×32",
        "3×24×32×32",
    ]
    assert [row[2] for row in layouts] == ["3×3×3×3×8"] * 2 + ["8×3×3×3×3"]
    assert [row[3] for row in layouts] == ["22×30×30×8"] + ["8×22×30×30"] * 2


def test_the_wrong_order_gives_another_layer():
    orders = names_of(SNIPPET)["orders"]
    assert list(orders["parameters"]) == [27 * 3 * 8 + 8, 27 * 24 * 8 + 8]
