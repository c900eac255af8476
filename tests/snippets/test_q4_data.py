"""The loader gives each file its folder's label; the real set has its known counts."""

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest
from loading import recorded, run_cells, run_in
from PIL import Image
from q4_mri import GREY, even_images, grey_of, groups

SNIPPET = "q4_mri_classifier/data"
EACH = 40


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory):
    """Return what the snippet leaves after running on even images."""
    folder = tmp_path_factory.mktemp("even")
    even_images(folder / "data/br35h", EACH)
    with contextlib.chdir(folder):  # images are read when they are asked for
        yield run_in(folder, SNIPPET)


@pytest.mark.parametrize("part", ["train_set", "val_set"])
def test_each_label_is_that_of_the_folder(names, part: str):
    seen = []
    for images, labels in names[part]:
        greys = images.numpy().reshape(len(images), -1)
        assert (np.ptp(greys, axis=1) == 0).all()
        # Light images lie in yes, the first of the two class names.
        np.testing.assert_array_equal(
            labels.numpy()[:, 0], greys[:, 0] < GREY["yes"], strict=False
        )
        seen += greys[:, 0].tolist()
    assert sorted(seen) == sorted(map(grey_of, names[part].file_paths))


def test_both_parts_together_are_all_files_once(names):
    train, val = names["train_set"].file_paths, names["val_set"].file_paths
    assert len(train) == 4 * len(val) == 2 * EACH * 4 // 5
    assert len({*train, *val}) == 2 * EACH


def test_labels_are_one_number_and_images_square(names):
    assert names["images"].shape == (64, 256, 256, 1)
    assert names["labels"].shape == (64,)


def test_what_is_in_it(names):
    rows = names["found"].to_dict("records")
    facts = {"images": EACH, "sizes": 1, "narrowest": 32, "widest": 32}
    assert rows == [{"class": name, **facts} for name in ("yes", "no")]
    assert names["modes"] == {"L": 2 * EACH}


@pytest.mark.parametrize("damage", ["no image", "altered", "cut JPEG"])
def test_a_damaged_file_raises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
):
    even_images(tmp_path / "data/br35h", 2)
    monkeypatch.chdir(tmp_path)
    names = run_cells(SNIPPET, "imports", "download", "what-is-in-it")
    path = tmp_path / "data/br35h/no/no0.png"
    content = bytearray(path.read_bytes())
    content[-20] ^= 255
    if damage == "cut JPEG":
        whole = io.BytesIO()
        noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
        Image.fromarray(noise).save(whole, "JPEG")
        content = whole.getvalue()[: whole.tell() // 2]
    path.write_bytes(b"text" if damage == "no image" else content)
    with pytest.raises(OSError):
        run_cells(SNIPPET, "what-is-in-it", names=names)


def test_modes_are_counted_for_all_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    even_images(tmp_path / "data/br35h", 3)
    with Image.open(tmp_path / "data/br35h/no/no0.png") as image:
        image.convert("RGB").save(tmp_path / "data/br35h/no/no0.png")
    monkeypatch.chdir(tmp_path)
    names = run_cells(SNIPPET, "imports", "download", "what-is-in-it")
    assert names["modes"] == {"L": 5, "RGB": 1}


def test_a_stray_folder_is_refused_or_left_out(capsys: pytest.CaptureFixture):
    run_cells(SNIPPET, "imports", "a-stray-folder")
    without, with_names = [
        line
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("class_names=")
    ]
    assert "must be exactly 2 class_names" in without
    assert "notes" in without
    assert with_names.endswith("2 of 3 files, no warning")


def test_the_recorded_counts_are_the_published_ones():
    values = recorded(SNIPPET).values
    assert values["images"] == 3000
    assert values["tumour"] == values["healthy"] == 1500
    assert (values["num_train"], values["num_val"]) == (2400, 600)


def test_the_recorded_widths_are_those_of_the_files():
    values, widths = recorded(SNIPPET).values, groups()["width"]
    assert values["narrowest"] == widths.min()
    assert values["widest"] == widths.max()


def test_the_recorded_batch():
    (output,) = recorded(SNIPPET).cells["one-batch"]["outputs"]
    shape, labels = "".join(output["text"]).splitlines()
    assert shape.startswith("images (64, 256, 256, 1) float32")
    low, high = map(float, shape.split()[-2:])
    assert 0 <= low < 1 < high <= 255
    zeros = labels.partition("[")[2].count("0")
    assert zeros == recorded(SNIPPET).values["shown_tumour"]
