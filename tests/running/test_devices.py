"""Devices: found or missed in one line, one training for each, light work on none.

Where there is no GPU, the machine is made to look as if it had two: a stand-in for
Keras, whom the engine asks, counts what ``CUDA_VISIBLE_DEVICES`` shows it.
"""

import asyncio
import itertools
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from lab import PLAIN, Lab

from hamgasht.core.errors import DeviceError
from hamgasht.records.read import load
from hamgasht.running import devices
from hamgasht.running.devices import Settings, find_gpus, kernel_environment
from hamgasht.running.local import LocalBackend
from hamgasht.source.header import Header

GPU = "# ---\n# jupyter:\n#   hamgasht:\n#     device: gpu\n# ---\n\n"
TENSORFLOW = """\
import os
from types import SimpleNamespace


def list_physical_devices(kind=None):
    shown = os.environ.get("CUDA_VISIBLE_DEVICES", "0,1").split(",")
    return [SimpleNamespace(name=name) for name in shown if name != "-1"]


def get_device_details(gpu):
    return {"device_name": f"Example GPU {gpu.name}"}


config = SimpleNamespace(
    list_physical_devices=list_physical_devices,
    experimental=SimpleNamespace(get_device_details=get_device_details),
)
"""
KERAS = """\
from types import SimpleNamespace

policy = "float32"
backend = SimpleNamespace(backend=lambda: "tensorflow")


def set_dtype_policy(name):
    globals()["policy"] = name


config = SimpleNamespace(set_dtype_policy=set_dtype_policy)
"""
SHOWS = """\
# %% Shown
import os
import time
from pathlib import Path

import keras

started = time.time()
names = ("CUDA_VISIBLE_DEVICES", "TF_FORCE_GPU_ALLOW_GROWTH", "TF_XLA_FLAGS")
print(*[os.environ.get(name) for name in names], keras.policy)
time.sleep(0.3)
Path("artefacts/NAME").mkdir(parents=True)
Path("artefacts/NAME/time.txt").write_text(f"{started} {time.time()}")
None
"""


@pytest.fixture
def two_gpus(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A project on a machine that seems to have two GPUs, with four trainings."""
    for name, text in (
        ("lib/tensorflow.py", TENSORFLOW),
        ("lib/keras.py", KERAS),
        ("bin/nvidia-smi", "#!/bin/sh\n"),
        ("bin/nvidia-smi.bat", ""),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    for name in ("a", "b", "c", "d"):
        lab.write(f"q1/{name}", GPU + SHOWS.replace("NAME", name))
    lab.write("q1/light", SHOWS.replace("NAME", "light"))
    return lab


def shown(lab: Lab, snippet_id: str) -> list[str]:
    """Return what a training printed: GPU, memory growth, XLA flags, policy."""
    cell = load(lab.root, snippet_id).cells["shown"]
    return cell["outputs"][0]["text"].split()


def test_each_training_gets_a_gpu_of_its_own_and_light_work_none(two_gpus: Lab):
    report = two_gpus.run(jobs=4, settings=Settings(device="gpu"))
    assert len(report.ran) == 5, report
    trainings = {item: shown(two_gpus, f"q1/{item}") for item in "abcd"}
    assert {line[0] for line in trainings.values()} == {"0", "1"}
    assert {line[1] for line in trainings.values()} == {"true"}
    assert {line[3] for line in trainings.values()} == {"float32"}
    for one, other in itertools.combinations("abcd", 2):
        if trainings[one][0] == trainings[other][0]:
            first, second = sorted(times(two_gpus, item) for item in (one, other))
            assert first[1] < second[0], "two trainings shared a GPU"
    assert shown(two_gpus, "q1/light") == ["-1", "None", "None", "float32"]
    device = load(two_gpus.root, "q1/a").provenance["device"]
    assert device == {"kind": "gpu", "name": f"Example GPU {trainings['a'][0]}"}
    device = load(two_gpus.root, "q1/light").provenance["device"]
    assert device["kind"] == "cpu"


def times(lab: Lab, name: str) -> tuple[float, ...]:
    """Return when a training began and ended."""
    text = (lab.out(f"q1/{name}") / "artefacts/time.txt").read_text()
    return tuple(map(float, text.split()))


def test_a_person_may_choose_how_trainings_compute(two_gpus: Lab):
    chosen = ("--device", "gpu", "--precision", "mixed_bfloat16", "--xla")
    status, _, err = two_gpus.cli("run", "q1/a", "q1/light", *chosen)
    assert status == 0, err
    assert shown(two_gpus, "q1/a")[3:] == ["--tf_xla_cpu_global_jit", "mixed_bfloat16"]
    assert shown(two_gpus, "q1/light")[3] == "float32"
    name = load(two_gpus.root, "q1/a").provenance["device"]["name"]
    assert name == "Example GPU 0, mixed_bfloat16, XLA"
    name = load(two_gpus.root, "q1/light").provenance["device"]["name"]
    assert name.endswith("cores")
    status, _, err = two_gpus.cli("run", "q1/a", "--device", "cpu")
    assert status == 0, err
    assert shown(two_gpus, "q1/a")[0] == "-1"


def test_a_missing_gpu_is_told_before_anything_runs(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    lab.write("q1/a", GPU + PLAIN)
    lab.write("q1/plain", PLAIN)
    for command in ("run", "build", "check"):
        if command == "check":
            lab.run()
        status, _, err = lab.cli(command, "--device", "gpu")
        assert status == 1
        line = "error: --device gpu: a GPU is required, and this machine shows none. "
        assert err.startswith(line)
        assert len(err.splitlines()) == 1
        assert lab.out("q1/plain").exists() == (command == "check")
    # Light work asks for none.
    assert lab.run("q1/plain", settings=Settings(device="gpu")).ran == ["q1/plain"]
    assert load(lab.root, "q1/a").provenance["device"]["kind"] == "cpu"


def test_a_gpu_that_keras_does_not_see_is_told_apart(
    two_gpus: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    blind = TENSORFLOW.replace('"0,1"', '"-1"')
    (tmp_path / "lib/tensorflow.py").write_text(blind)
    with pytest.raises(DeviceError) as caught:
        find_gpus(Settings(device="gpu"), ["tensorflow"])
    assert "tensorflow sees none, though the machine has one" in str(caught.value)
    assert "tensorflow[and-cuda]" in str(caught.value)
    assert find_gpus(Settings(), ["tensorflow"]) == []
    (tmp_path / "lib/tensorflow.py").write_text("raise ImportError('no libcuda.so')")
    with pytest.raises(DeviceError, match=r"could not be asked: .*no libcuda\.so"):
        find_gpus(Settings(device="gpu"), ["tensorflow"])


def test_a_training_waits_for_a_gpu_and_holds_up_nothing_else():
    backend = LocalBackend(jobs=2, gpus=["Example GPU"])
    job = SimpleNamespace(snippet=SimpleNamespace(header=Header(device="gpu")))
    numbers = []

    async def train() -> None:
        async with backend._gpu(job) as number:
            numbers.append(number)

    async def run() -> None:
        async with backend._gpu(job):
            waiting = asyncio.create_task(train())
            await asyncio.sleep(0.5)
            assert not waiting.done()
        await asyncio.wait_for(waiting, 30)

    asyncio.run(run())
    assert numbers == [0]


def test_who_wants_no_gpu_does_not_ask_for_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(devices, "_ask_keras", lambda _: pytest.fail("it asked"))
    assert find_gpus(Settings(device="cpu"), ["jax"]) == []


def test_a_gpu_keeps_the_name_that_the_machine_gave_it(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5,7")
    assert kernel_environment(1)["CUDA_VISIBLE_DEVICES"] == "7"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert kernel_environment(1)["CUDA_VISIBLE_DEVICES"] == "1"
    assert kernel_environment()["CUDA_VISIBLE_DEVICES"] == "-1"
