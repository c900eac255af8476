"""Averaging over all shifts makes a convolution, against SciPy and by theory."""

from functools import cache

import numpy as np
from loading import names_of
from scipy.ndimage import correlate


@cache
def names() -> dict:
    return names_of("q5_strengths_and_limits/two_principles")


def test_the_average_is_a_circular_correlation():
    """By the Fourier transform, which turns it into a product."""
    kernel, image = names()["kernel"], names()["image"]
    product = np.conj(np.fft.fft2(kernel)) * np.fft.fft2(image)
    expected = np.fft.ifft2(product).real
    found = names()["output"](names()["averaged"], image)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_what_is_left_is_a_small_kernel_on_its_neighbours():
    small = np.roll(names()["small"], (1, 1), axis=(0, 1))[:3, :3]
    image = names()["image"]
    found = names()["output"](names()["local"], image)
    np.testing.assert_array_equal(found, correlate(image, small, mode="wrap"))


def test_only_shift_invariant_maps_equal_their_average():
    once, size = names()["averaged"], names()["SIZE"]
    twice = sum(
        np.roll(once, (*by, *by), axis=(0, 1, 2, 3)) for by in names()["SHIFTS"]
    )
    np.testing.assert_array_equal(twice, size**2 * once)
    assert names()["shift_error"](names()["full"]) > 0.5
    assert names()["shift_error"](once) == 0 == names()["shift_error"](names()["local"])


def test_weights_by_hand():
    assert list(names()["table"]["free weights"]) == [6**4, 6**2, 3**2]
    assert len(np.unique(names()["local"][names()["local"] != 0])) <= 9
