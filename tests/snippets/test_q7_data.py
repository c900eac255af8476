"""CIFAR-10: its classes, its scale and its labels, on generated images."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import recorded, run_in
from q7_cifar import GROUP, stand_in
from sklearn.preprocessing import LabelBinarizer

from hamgasht.datasets.catalogue import CIFAR10_CLASSES

SNIPPET = f"{GROUP}/data"


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("data")
    return {"arrays": stand_in(folder)} | run_in(folder, SNIPPET)


def test_classes_have_their_names_and_counts(names):
    table = names["classes"]
    assert list(table["class"]) == list(CIFAR10_CLASSES)
    labels = names["arrays"]["y_train"].ravel()
    assert list(table["training images"]) == [(labels == k).sum() for k in range(10)]
    assert table["test images"].sum() == len(names["arrays"]["x_test"])


def test_the_scale_is_from_0_to_1(names):
    x = names["x"]
    assert x.dtype == np.float32
    np.testing.assert_allclose(x * 255, names["arrays"]["x_train"], atol=1e-4)
    assert 0 <= x.min() < x.max() <= 1


def test_one_hot_by_scikit_learn(names):
    by_sklearn = LabelBinarizer().fit_transform(names["y_train"])
    np.testing.assert_array_equal(names["one_hot"], by_sklearn)


@given(st.integers(0, 9))
def test_the_1_stands_at_the_class(number: int):
    from keras.utils import to_categorical

    assert to_categorical(number, 10).tolist() == [
        float(place == number) for place in range(10)
    ]


def test_the_recorded_data():
    values = recorded(SNIPPET).values
    assert (values["train_images"], values["test_images"]) == (50_000, 10_000)
    assert values["each_class"] == values["each_class_most"] == 5000
    assert values["bytes_after"] == 4 * values["bytes_before"] == 4 * 32 * 32 * 3
    assert (values["place_of_class_3"], values["ones_of_class_3"]) == (3, 1)


def test_without_the_file_the_reader_fetches_it(tmp_path: Path, monkeypatch):
    arrays = stand_in(tmp_path)
    (tmp_path / "data/cifar10.npz").unlink()
    train = arrays["x_train"], arrays["y_train"][:, None]  # a column, as Keras has it
    test = arrays["x_test"], arrays["y_test"][:, None]
    monkeypatch.setattr("keras.datasets.cifar10.load_data", lambda: (train, test))
    found = run_in(tmp_path, SNIPPET)
    np.testing.assert_array_equal(found["y_train"], arrays["y_train"])
    assert (tmp_path / "data/cifar10.npz").exists()
