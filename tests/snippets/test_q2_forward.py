"""The forward pass, against SciPy-free ground truth: NumPy's own windows."""

import numpy as np
from loading import names_of

from hamgasht.records.read import load

SNIPPET = "q2_convolution_by_hand/forward"


def test_output_is_what_numpy_windows_give():
    names = names_of(SNIPPET)
    windows = np.lib.stride_tricks.sliding_window_view(names["X"], (2, 2))
    expected = np.einsum("ijab,ab->ij", windows, names["F"])
    np.testing.assert_array_equal(names["O"], expected)
    np.testing.assert_array_equal(expected, [[1, 2], [-10, 8]])
    assert names["L"] == 0.25


def test_each_written_sum_evaluates_to_its_entry(root):
    cell = load(root, SNIPPET).cells["term-by-term"]
    rows = cell["outputs"][0]["data"]["application/vnd.dataresource+json"]["data"]
    assert len(rows) == 4
    for row in rows:
        products = row["sum of products"].replace(")(", ")*(")
        assert eval(products) == row["value"]
