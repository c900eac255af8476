"""Runs on a cluster: a real scheduler, and real workers, some of which die.

Each worker stands in a checkout of its own, as on a machine of its own.
"""

import asyncio
import contextlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from zipfile import ZipFile

import psutil
import pytest
from distributed import Client
from lab import ENGINE, PLAIN, Lab, wait_for

from hamgasht.core.errors import ClusterError, DeviceError
from hamgasht.core.paths import STAGING
from hamgasht.records.read import load
from hamgasht.records.state import Survey
from hamgasht.running import dask as module
from hamgasht.running.devices import Settings
from hamgasht.running.jobs import build_job
from hamgasht.source.snippet import parse

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")

MAKES = """\
# %% Make
from pathlib import Path

Path("artefacts/makes").mkdir(parents=True)
Path("artefacts/makes/a.txt").write_text("forty-two")
Path("artefacts/makes/large.bin").write_bytes(bytes(600_000))
None
"""
USES = """\
# ---
# jupyter:
#   hamgasht:
#     needs: [q1/makes]
#     data: [numbers.txt]
# ---

# %% Settings tags=["parameters"]
A = 2

# %% Read
from pathlib import Path

print(Path("artefacts/makes/a.txt").read_text())
print(Path("artefacts/makes/large.bin").stat().st_size)
print(Path("data/numbers.txt").read_text())

# %% Figure
import matplotlib.pyplot as plt
from _helper import HEIGHT

fig, ax = plt.subplots()
ax.plot([0, A], [0, HEIGHT])
plt.show()

# %% Values tags=["values"]
{"third": 1 / 3}
"""
# Waits as long as there is a file "wait" beside the mark that it leaves.
SLOW = """\
# %% Wait tags=["progress"]
import os, time

open({mark!r} + str(os.getpid()), "w").close()
print("begun")
while os.path.exists({wait!r}):
    time.sleep(0.05)

# %% Done
print("done")
"""
GPU = "# ---\n# jupyter:\n#   hamgasht:\n#     device: gpu\n# ---\n\n"


@dataclass
class Cluster:
    """A scheduler, and the workers that a test starts."""

    address: str
    workers: dict[str, subprocess.Popen] = field(default_factory=dict)

    def worker(
        self, checkout: Path, name: str, *options: str, path: Path | str = ENGINE
    ) -> None:
        """Start a worker inside a checkout."""
        options = ("--no-nanny", "--nthreads", "1", "--name", name, *options)
        process = start("dask_worker", checkout, self.address, *options, path=path)
        self.workers[name] = process

    async def _count(self) -> int:
        async with Client(self.address, asynchronous=True) as client:
            return len((await client.scheduler.identity())["workers"])

    def wait_for_workers(self, count: int) -> None:
        """Wait until the scheduler knows so many workers."""
        wait_for(lambda: asyncio.run(self._count()) == count)


def start(
    program: str, folder: Path, *arguments: str | Path, path: Path | str = ENGINE
) -> subprocess.Popen:
    """Start a program of ``distributed`` in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{program}", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler, which knows nothing of the engine."""
    folder = tmp_path_factory.mktemp("scheduler")
    file = folder / "scheduler.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
    options = (*options, "--scheduler-file", file)
    process = start("dask_scheduler", folder, *options, path="")
    try:
        wait_for(lambda: file.exists() and file.read_text().endswith("}"))
        yield json.loads(file.read_text())["address"]
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def cluster(scheduler: str) -> Iterator[Cluster]:
    """A scheduler without workers; those that a test starts go with it."""
    found = Cluster(scheduler)
    yield found
    for process in found.workers.values():
        process.kill()
        process.wait()
    found.wait_for_workers(0)


@pytest.fixture
def project(lab: Lab) -> Lab:
    """A project in which one snippet needs data, and what another made."""
    lab.write("q1/makes", MAKES)
    lab.write("q1/uses", USES)
    (lab.root / "snippets/q1/_helper.py").write_text("HEIGHT = 3\n")
    (lab.root / "data").mkdir()
    (lab.root / "data/numbers.txt").write_text("1 2 3")
    return lab


def checkout(lab: Lab, name: str) -> Path:
    """Copy the project, as another machine would check it out."""
    place = lab.root.parent / name
    shutil.copytree(lab.root, place, ignore=shutil.ignore_patterns("outputs"))
    return place


def kernels(folder: Path) -> list[int]:
    """Return the processes in which the slow snippet has begun."""
    return [int(path.name.removeprefix("mark-")) for path in folder.glob("mark-*")]


def gone(pid: int) -> bool:
    """Return whether a process has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def test_a_cluster_gives_the_bytes_of_a_local_run(project: Lab, cluster: Cluster):
    assert set(project.run().ran) == {"q1/makes", "q1/uses"}
    here = {item: project.files(item) for item in ("q1/makes", "q1/uses")}
    shutil.rmtree(project.root / "docs/outputs")
    shutil.rmtree(project.root / ".hamgasht")
    for name in ("one", "two"):
        cluster.worker(checkout(project, name), name)
    cluster.wait_for_workers(2)
    status, _, err = project.cli("run", "--scheduler", cluster.address)
    assert status == 0, err
    assert "q1/uses: on " in err
    assert {item: project.files(item) for item in here} == here
    notebook = here["q1/uses"]["notebook.ipynb"].decode()
    assert "forty-two\\n600000\\n1 2 3" in notebook
    assert "cores" in load(project.root, "q1/uses").provenance["device"]["name"]
    states = Survey(project.root).states().values()
    assert [state.kind for state in states] == ["fresh", "fresh"]
    assert not list(project.root.parent.glob("one/docs/outputs/*"))


def test_a_killed_worker_means_a_second_try_then_a_clear_failure(
    plain: Lab, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wait = tmp_path / "wait"
    wait.touch()
    mark = str(tmp_path / "mark-")
    plain.write("q1/plain", SLOW.format(mark=mark, wait=str(wait)))
    before = plain.files("q1/plain")
    for name in ("one", "two"):
        cluster.worker(checkout(plain, name), name)
    cluster.wait_for_workers(2)

    def kill(kernel: int) -> None:
        """Kill the worker whose kernel this is."""
        owner = psutil.Process(kernel).ppid()
        assert owner in [worker.pid for worker in cluster.workers.values()]
        os.kill(owner, signal.SIGKILL)
        wait_for(lambda: gone(kernel))

    process = plain.start("run", "--scheduler", cluster.address)
    wait_for(lambda: kernels(tmp_path))
    first = kernels(tmp_path)
    kill(*first)
    wait_for(lambda: len(kernels(tmp_path)) == 2)
    assert plain.files("q1/plain") == before
    wait.unlink()
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert "q1/plain: again (its worker was lost) on " in err
    assert "q1/plain: begun" in err
    recorded = plain.files("q1/plain")
    assert plain.run("q1/plain").ran == ["q1/plain"]
    assert plain.files("q1/plain") == recorded

    wait.touch()
    for file in tmp_path.glob("mark-*"):
        file.unlink()
    monkeypatch.setattr(module, "_NO_WORKER_SECONDS", 1.0)
    with ThreadPoolExecutor() as pool:
        run = pool.submit(plain.run, "q1/plain", scheduler=cluster.address)
        wait_for(lambda: kernels(tmp_path))
        kill(*kernels(tmp_path))
        line = str(run.result(timeout=300).failed["q1/plain"])
    assert line.startswith(
        "snippets/q1/plain.py: 1 of the workers that ran it were lost, and 0 are left "
        "that could run it. Fix: "
    )
    assert plain.files("q1/plain") == recorded
    assert not (plain.root / "docs/outputs" / STAGING).exists()


def test_an_interrupted_run_leaves_nothing_on_the_workers(
    lab: Lab, cluster: Cluster, tmp_path: Path
):
    (tmp_path / "wait").touch()
    mark = str(tmp_path / "mark-")
    lab.write("q1/slow", SLOW.format(mark=mark, wait=str(tmp_path / "wait")))
    cluster.worker(checkout(lab, "one"), "one")
    cluster.wait_for_workers(1)
    for how in (signal.SIGINT, signal.SIGKILL):
        process = lab.start("run", "--scheduler", cluster.address)
        wait_for(lambda: kernels(tmp_path))
        kernel = kernels(tmp_path)[0]
        process.send_signal(how)
        _, err = process.communicate(timeout=300)
        wait_for(lambda kernel=kernel: gone(kernel))
        assert process.returncode in (130, -how)
        assert "Traceback" not in err
        assert not lab.out("q1/slow").exists()
        (tmp_path / f"mark-{kernel}").unlink()


def test_a_worker_that_differs_is_refused(project: Lab, cluster: Cluster):
    other = checkout(project, "other")
    cluster.worker(other, "other", "--resources", "GPU=1")
    cluster.wait_for_workers(1)

    def refusal(snippet: str) -> str:
        report = project.run(snippet, scheduler=cluster.address)
        return str(report.failed[snippet])

    different = "another source, import, data set or engine than this machine. Fix: "
    source = other / "snippets/q1/makes.py"
    source.write_text(MAKES + "\n")
    line = refusal("q1/makes")
    assert line.startswith("snippets/q1/makes.py: the worker other at tcp://")
    assert different in line
    source.unlink()
    assert "a checkout in which it cannot be read" in refusal("q1/makes")
    source.write_text(MAKES)
    project.run("q1/makes")
    (other / "data/numbers.txt").write_text("3 2 1")
    assert different in refusal("q1/uses")
    (other / "data/numbers.txt").unlink()
    assert "'numbers.txt' is not on this machine" in refusal("q1/uses")
    shutil.copy(project.root / "data/numbers.txt", other / "data")
    (other / "snippets/q1/_helper.py").write_text("HEIGHT = 4\n")
    assert different in refusal("q1/uses")
    # It offers a GPU, so it gets the long training, and owns up that it has none.
    project.write("q1/long", GPU + PLAIN)
    shutil.copy(project.root / "snippets/q1/long.py", other / "snippets/q1")
    assert "offers the resource GPU, and Keras sees no GPU" in refusal("q1/long")
    settings = Settings(device="cpu")
    assert project.run("q1/long", settings=settings, scheduler=cluster.address).ran
    assert not project.out("q1/uses").exists()


def test_what_a_worker_sends_counts_only_if_it_is_whole_and_of_the_same_inputs(
    plain: Lab, tmp_path: Path
):
    survey = Survey(plain.root)
    snippet = parse(plain.root, "q1/plain")
    job = build_job(survey, snippet, "full", {}, {})
    out = plain.root / "docs/outputs"
    archive = module._pack_outputs(job, out)
    before = plain.files("q1/plain")
    shutil.rmtree(out)
    module._keep_outputs(archive, job, out, "one")
    assert plain.files("q1/plain") == before

    changed = replace(job, inputs=dict(job.inputs) | {"source": "0" * 64})
    with pytest.raises(ClusterError, match="the worker one holds outputs of other in"):
        module._keep_outputs(archive, changed, out, "one")
    damaged = archive.replace(b"A is 2", b"A is 3")  # stored, not compressed
    assert damaged != archive
    with pytest.raises(ClusterError, match="the worker one holds damaged outputs"):
        module._keep_outputs(damaged, job, out, "one")
    manifest = out / "q1/plain/manifest.json"
    manifest.write_text(manifest.read_text().replace('"half": 0.5', '"half": 0.6'))
    edited = io.BytesIO()
    with ZipFile(edited, "w") as pack:
        for path in (out / "q1/plain").rglob("*"):
            pack.write(path, path.relative_to(out))
    with pytest.raises(ClusterError, match="damaged outputs: it was edited by hand"):
        module._keep_outputs(edited.getvalue(), job, out, "one")


def test_what_a_cluster_lacks_is_said_in_one_line(lab: Lab, cluster: Cluster):
    lab.write("q1/long", GPU + PLAIN)
    status, _, err = lab.cli("run", "--scheduler", cluster.address)
    assert status == 1
    assert err.startswith(f"error: --scheduler {cluster.address}: it has no workers")
    assert len(err.splitlines()) == 1
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ClusterError, match="no scheduler answers there"):
        lab.run(scheduler=nowhere)
    with pytest.raises(ClusterError, match="it is no address such as tcp:"):
        lab.run(scheduler="somewhere")
    cluster.worker(lab.root, "one", path="")
    cluster.wait_for_workers(1)
    line = str(lab.run("q1/long", scheduler=cluster.address).failed["q1/long"])
    assert "could not run it: ModuleNotFoundError: No module named 'hamgasht'" in line
    assert "start each worker inside a checkout" in line
    with pytest.raises(DeviceError, match=r"no worker of .* offers one"):
        lab.run(scheduler=cluster.address, settings=Settings(device="gpu"))
