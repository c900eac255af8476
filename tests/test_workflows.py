"""The workflows are sound, ask for no more than they need, and run real commands."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from lab import options_of
from packaging.requirements import Requirement

TOOLS = Path(sys.executable).parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
PIN = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
OWN = "./.github/workflows/"
# What a job may write, and where; everything else reads, or does not even that.
WRITES = {
    ("publish.yml", "publish"): {"pages": "write", "id-token": "write"},
    ("release.yml", "release"): {"contents": "write"},
}
WORKFLOW = """\
on: push
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - run: echo ${{ github.head_ref }}
      - run: echo ${{ github.nothing }}
"""


def checked(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def jactionlint(*files: Path) -> subprocess.CompletedProcess[str]:
    return checked(TOOLS / "jactionlint", "--strict-exit", "--no-color", *files)


def zizmor(*files: Path) -> subprocess.CompletedProcess[str]:
    return checked(
        TOOLS / "zizmor", "--offline", "--no-progress", "--persona=pedantic", *files
    )


def read(path: Path) -> dict[str, Any]:
    # YAML 1.1 reads a bare "on" as true.
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {("on" if key is True else key): value for key, value in found.items()}


def jobs() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path.name, name, job)
        for path in WORKFLOWS
        for name, job in read(path)["jobs"].items()
    ]


def scripts() -> list[str]:
    """Return the lines of all scripts, continued ones joined."""
    return [
        line.strip()
        for _, _, job in jobs()
        for step in job.get("steps", ())
        for line in step.get("run", "").replace("\\\n", " ").splitlines()
    ]


def test_actionlint_finds_nothing() -> None:
    done = jactionlint(*WORKFLOWS)
    assert done.returncode == 0, done.stdout
    assert "shellcheck was not found" not in done.stdout


def test_zizmor_finds_nothing() -> None:
    done = zizmor(*WORKFLOWS)
    assert done.returncode == 0, done.stdout


def test_both_checkers_would_find_something(tmp_path: Path) -> None:
    path = tmp_path / ".github/workflows/bad.yml"
    path.parent.mkdir(parents=True)
    path.write_text(WORKFLOW)
    found = jactionlint(path)
    assert found.returncode
    assert "undefined-property" in found.stdout
    found = zizmor(path)
    assert found.returncode
    assert "template-injection" in found.stdout


def test_shellcheck_finds_nothing() -> None:
    done = checked(TOOLS / "shellcheck", GITHUB / "locks/make", ROOT / ".ci/run")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_digest_with_their_version(path: Path) -> None:
    uses = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
    assert uses
    loose = [item for item in uses if not (item.startswith(OWN) or PIN.fullmatch(item))]
    assert not loose


def test_one_action_has_one_version() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    pins = set(re.findall(r"uses: ([\w.-]+/[\w./-]+)@([0-9a-f]{40}) # (\S+)", texts))
    assert len({name for name, *_ in pins}) == len(pins)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_permitted_but_what_a_job_asks_for(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        expected = WRITES.get((path.name, name), {"contents": "read"})
        assert job["permissions"] == expected, name
        assert "uses" in job or job["timeout-minutes"] <= 180


def test_strangers_meet_no_secret_and_no_machine_of_ours() -> None:
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        workflow = read(path)
        events = workflow["on"]
        names = {events} if isinstance(events, str) else set(events)
        assert not names & {"pull_request_target", "workflow_run", "issue_comment"}
        assert "secrets." not in text
        if "pull_request" in names:
            assert names == {"pull_request"}
            assert "self-hosted" not in text
            assert "vars." not in text
    runners = {
        name for name, _, job in jobs() if "self-hosted" in job.get("runs-on", ())
    }
    assert runners == {"publish.yml"}


def test_a_publication_is_not_cut_off_and_a_new_commit_replaces_a_check() -> None:
    cancels = {
        path.name: read(path)["concurrency"]["cancel-in-progress"]
        for path in WORKFLOWS
        if "workflow_call" not in read(path)["on"]
    }
    assert cancels == {
        "publish.yml": False,
        "release.yml": False,
        "pull-request.yml": True,
        "weekly.yml": True,
    }


def test_every_command_of_ours_exists() -> None:
    ours = [line for line in scripts() if "-m hamgasht" in line]
    named = set()
    for line in ours:
        words = shlex.split(line.partition(">")[0])
        command, options = words[3], [word for word in words[4:] if word[:2] == "--"]
        assert set(options) <= options_of(command), command
        named.add(command)
    assert named >= {"data", "run", "status", "check", "release", "build"}


def test_every_file_that_a_script_names_exists() -> None:
    named = {
        word
        for line in scripts()
        for word in re.findall(r"(?<![\w/])(?:\.github|tests|docs)/[\w./-]+", line)
    }
    assert {".github/locks/cpu.txt", ".github/locks/gpu.txt"} <= named
    assert not [name for name in named if not (ROOT / name).exists()]


@pytest.mark.parametrize("kind", ["cpu", "gpu"])
def test_locks_hold_what_is_required(kind: str) -> None:
    wanted = pins(ROOT / "requirements.txt")
    locked = pins(GITHUB / "locks" / f"{kind}.txt")
    differ = {
        name: (version, locked.get(name))
        for name, version in wanted.items()
        if not version <= locked.get(name, set())
    }
    assert not differ, f"run .github/locks/make: {differ}"
    assert ("nvidia-cudnn-cu12" in locked) == (kind == "gpu")


@pytest.mark.parametrize("kind", ["cpu", "gpu"])
def test_locks_give_each_library_digests(kind: str) -> None:
    text = (GITHUB / "locks" / f"{kind}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip())[1:]
    assert len(entries) > 100
    without = [entry for entry in entries if "--hash=sha256:" not in entry]
    assert not without
    assert "://" not in text, "the address of an index"


def test_cuda_belongs_to_the_pinned_tensorflow() -> None:
    lines = (GITHUB / "locks/cuda.in").read_text(encoding="utf-8").splitlines()
    version = pins(ROOT / "requirements.txt")["tensorflow"].copy().pop()
    assert f"tensorflow[and-cuda]=={version}" in lines


def test_what_is_pinned_lies_within_the_bounds_that_are_tested() -> None:
    lines = (GITHUB / "bounds.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line.partition("#")[0]) for line in lines if line[0] != "#"]
    bounds = {re.sub(r"[-_.]+", "-", each.name).lower(): each for each in found}
    pinned = pins(ROOT / "requirements.txt")
    assert set(bounds) == set(pinned)
    outside = [
        str(each)
        for name, each in bounds.items()
        if not all(each.specifier.contains(version) for version in pinned[name])
    ]
    assert not outside
    loose = [str(each) for each in found if ">=" not in str(each.specifier)]
    assert not loose, "without an oldest version"


def pins(path: Path) -> dict[str, set[str]]:
    """Return the versions that a file of requirements pins, by name; ``-r`` is read."""
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found |= pins(path.parent / line.removeprefix("-r "))
        if match := re.match(r"([\w.-]+)==([^\s;\\]+)", line):
            name = re.sub(r"[-_.]+", "-", match[1]).lower()
            found.setdefault(name, set()).add(match[2])
    return found
