"""Mixed colours, against Pillow's grey and plain matrix algebra."""

import numpy as np
import pytest
from loading import recorded
from PIL import Image
from q6_cifar import ran_on_the_stand_in

SNIPPET = "q6_one_by_one_filters/colours"


@pytest.fixture(scope="module")
def names():
    return ran_on_the_stand_in(SNIPPET)


def test_grey_is_the_grey_of_pillow(names):
    for image, grey in zip(names["shown"], names["mixed"]["grey"], strict=True):
        pillow = Image.fromarray(image.astype("uint8")).convert("L")
        assert np.abs(grey[..., 0] - np.asarray(pillow, float)).max() <= 1


def test_swapped_channels_are_the_image_read_backwards(names):
    np.testing.assert_array_equal(
        names["mixed"]["red and blue swapped"], names["shown"][..., ::-1]
    )


def test_depths_that_come_out(names):
    assert [each.shape[-1] for each in names["mixed"].values()] == [1, 1, 3, 3]
    assert list(names["sizes"]["weights"]) == [3, 3, 9, 9]


def test_widening_loses_nothing_and_narrowing_does(names):
    assert names["undone"]
    # Four channels from three: a left inverse exists, as the columns span them.
    np.testing.assert_allclose(names["wide"] @ names["back"], np.eye(3), atol=1e-12)
    values = recorded(SNIPPET).values
    assert values["undone"] == 1
    assert values["greys"] <= 256 < values["colours"]
