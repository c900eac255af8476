"""Artefacts: what is committed, and that equal models have equal bytes."""

import io
import time
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
from lab import PLAIN, Lab

from hamgasht.core.errors import RecordError
from hamgasht.records.artefacts import collect_artefacts
from hamgasht.source.snippet import parse


@pytest.fixture
def keep(lab: Lab, tmp_path: Path):
    """Keep one artefact of a snippet; return its facts and what is to be committed."""
    lab.write("group/plain", PLAIN)

    def kept(name: str, write) -> tuple[dict, dict[str, bytes]]:
        folder = tmp_path / str(time.monotonic_ns()) / "plain"
        folder.mkdir(parents=True)
        write(folder / name)
        files: dict[str, bytes] = {}
        snippet = parse(lab.root, "group/plain")
        facts = collect_artefacts(snippet, folder.parent, files)
        return facts[name], files

    return kept


def model() -> keras.Model:
    keras.utils.set_random_seed(1)
    keras.utils.clear_session()
    image = keras.Input((4,))
    return keras.Model(image, keras.layers.Dense(3, activation="relu")(image))


def test_equal_models_have_equal_bytes(
    keep, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """Keras notes the time, to the second, and addresses of its objects."""
    first, files = keep("net.keras", lambda path: model().save(path))
    now = time.localtime(time.time() + 86_400)
    monkeypatch.setattr(time, "localtime", lambda *_: now)
    hold = [model() for _ in range(3)]  # other addresses
    second, _ = keep("net.keras", lambda path: hold[0].save(path))
    assert first == second
    content = files["artefacts/net.keras"]
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert {"config.json", "metadata.json", "model.weights.h5"} <= set(names)
    copy = tmp_path / "copy.keras"
    copy.write_bytes(content)
    x = np.ones((2, 4), np.float32)
    np.testing.assert_array_equal(
        keras.models.load_model(copy)(x), hold[0](x), strict=False
    )


def test_other_weights_are_other_bytes(keep):
    def write(path: Path) -> None:
        net = model()
        net.set_weights([weights + 1 for weights in net.get_weights()])
        net.save(path)

    assert (
        keep("net.keras", lambda path: model().save(path))[0]
        != keep("net.keras", write)[0]
    )


def test_a_file_too_large_to_commit_is_refused(keep, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hamgasht.records.artefacts.MAX_COMMITTED_BYTES", 1000)
    facts, _ = keep("a.bin", lambda path: path.write_bytes(bytes(1000)))
    assert facts["size"] == 1000
    with pytest.raises(RecordError) as caught:
        keep("a.bin", lambda path: path.write_bytes(bytes(1001)))
    line = str(caught.value)
    assert line.startswith("snippets/group/plain.py:artefacts/plain/a.bin: ")
    assert "1,001 bytes, over 1,000, too many to commit. Fix: leave less" in line
