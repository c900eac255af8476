"""What the page on how the site is made says of ways to run a network in a page."""

import gzip

import pytest
from conftest import ROOT

from hamgasht.records.read import load
from hamgasht.site.networks import network_scripts

LIMIT_KB = 700  # of the explorer with its weights
LIMIT_MS = 60  # of a change


@pytest.fixture(scope="module")
def values() -> dict[str, float]:
    return load(ROOT, "how_this_site_is_made/runtimes").values


def test_plain_loops_are_within_what_a_change_may_take(
    values: dict[str, float],
) -> None:
    assert values["mri"] < LIMIT_MS / 2


def test_a_library_with_webassembly_does_not_fit_beside_the_largest_network(
    values: dict[str, float],
) -> None:
    scripts = network_scripts(load(ROOT, "q7_inception_cifar10/in_the_page"))
    weights = len(gzip.compress(scripts["network-cifar.js"])) / 1000
    assert LIMIT_KB - weights < values["wasm_kb"]
