"""Five blocks, against the counts that their papers print."""

import pytest
from loading import names_of

SNIPPET = "q6_one_by_one_filters/famous_uses"


@pytest.fixture(scope="module")
def names():
    return names_of(SNIPPET)


@pytest.fixture(scope="module")
def rows(names):
    return names["table"].set_index("network")


def test_googlenet_prints_159k_parameters_and_128m_operations(rows):
    """Szegedy et al. 2014, table 1, inception (3a); their K is 1024."""
    row = rows.loc["GoogLeNet"]
    assert row["parameters with 1×1"] // 1024 == 159
    assert round(row["multiply-adds with 1×1, millions"]) == 128


def test_squeezenet_prints_11920_parameters(rows):
    """Iandola et al. 2016, table 1, fire2 before pruning."""
    assert rows.loc["SqueezeNet", "parameters with 1×1"] == 11_920


def test_mobilenet_prints_its_shares(names, rows):
    """Howard et al. 2017, table 2 and section 3.1."""
    shares = names["shares"].set_index("layers")
    assert shares.loc["1×1", "multiply-adds (%)"] == pytest.approx(94.86, abs=0.2)
    assert shares.loc["1×1", "weights (%)"] == pytest.approx(74.59, abs=0.5)
    # Its first layer, 3×3 from 3 to 32 channels on 112×112, by hand.
    first = 112**2 * 27 * 32 / 568_740_352
    assert shares.loc["first convolution, 3×3", "multiply-adds (%)"] == pytest.approx(
        100 * first, abs=0.01
    )
    assert dict(shares.sum()) == pytest.approx(
        {"weights (%)": 100, "multiply-adds (%)": 100}, abs=0.02
    )
    row = rows.loc["MobileNet"]
    saved = (
        row["multiply-adds with 1×1, millions"]
        / row["multiply-adds, ordinary block, millions"]
    )
    assert saved == pytest.approx(1 / 512 + 1 / 9, abs=1e-3)


def test_the_others_by_hand(names, rows):
    assert list(rows["parameters with 1×1"][["Network in Network", "ResNet"]]) == [
        192 * 10 + 10,
        257 * 64 + (9 * 64 + 1) * 64 + 65 * 256,
    ]
    naive = 193 * 64 + (9 * 192 + 1) * 128 + (25 * 192 + 1) * 32
    assert list(rows["parameters without"]) == [
        192 * 10 + 10,
        naive,
        (9 * 256 + 1) * 256,
        97 * 64 + (9 * 96 + 1) * 64,
        (9 + 1) * 512,
    ]
    assert list(rows["parameters, ordinary block"]) == [
        8 * 8 * 192 * 10 + 10,
        naive,
        2 * (9 * 256 + 1) * 256,
        (9 * 96 + 1) * 128,
        (9 * 512 + 1) * 512,
    ]
    assert names["linear_parameters"] == 76 * 192
    assert names["mlp_parameters"] == 76 * 192 + 193 * 160 + 161 * 96


def test_modules_end_in_the_channels_that_the_papers_give(names):
    ends = {name: model.output.shape[-1] for name, model in names["models"].items()}
    assert ends == {
        "Network in Network": 10,
        "GoogLeNet": 256,
        "ResNet": 256,
        "SqueezeNet": 128,
        "MobileNet": 512,
    }


def test_a_residual_block_can_be_the_identity(names):
    assert names["identity"] == 0
