"""Tables: the page shows what pandas prints, or the recording is refused."""

import re
import shutil
from decimal import Decimal
from fractions import Fraction

import markdown
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from embed_project import parse, text_of
from hypothesis import given
from hypothesis import strategies as st
from lab import Lab

from hamgasht.kernel.figures import NotShownError
from hamgasht.kernel.tables import table_schema

SHOWN = {
    "eye": ("pd.DataFrame(np.eye(2))", [["0", "1"], ["1", "0"], ["0", "1"]]),
    "pivot": (
        "pd.DataFrame({'rate': [1, 2], 'seed': [3, 4], 'loss': [0.5, 0.25]})"
        ".pivot(index='rate', columns='seed', values='loss')"
        ".rename_axis(columns=None)",
        [["rate", "3", "4"], ["1", "0.5", "—"], ["2", "—", "0.25"]],
    ),
    "twice": (
        "pd.DataFrame({'loss': [5, 6]}, index=[1, 1])",
        [["", "loss"], ["1", "5"], ["1", "6"]],
    ),
    "levels": (
        "pd.DataFrame({'rate': [1, 1], 'seed': [2, 3], 'loss': [5, 6]})"
        ".set_index(['rate', 'seed'])",
        [["rate", "seed", "loss"], ["1", "2", "5"], ["1", "3", "6"]],
    ),
    "index": (
        "pd.DataFrame({'rate': [5, 6], 'index': [0, 1]}).set_index('rate')",
        [["rate", "index"], ["5", "0"], ["6", "1"]],
    ),
    "large": ("pd.DataFrame({'loss': [2**64 - 1]})", [["loss"], [f"{2**64 - 1:,}"]]),
}
REFUSED = {
    "doubled": ("pd.DataFrame([[1, 2]], columns=['a', 'a'])", "called 'a'"),
    "alike": ("pd.DataFrame([[1, 2]], columns=[0, '0'])", "called '0'"),
    "index_column": ("pd.DataFrame({'index': [5]})", "called 'index'"),
    "columns_of_levels": (
        "pd.DataFrame(np.eye(2), columns=pd.MultiIndex.from_product([[1], [2, 3]]))",
        "columns have levels",
    ),
    "named_columns": (
        "pd.DataFrame(np.eye(2)).rename_axis(columns='a')",
        "a name of their own",
    ),
    "nameless_levels": (
        "pd.DataFrame({'a': [1]}, index=pd.MultiIndex.from_tuples([(1, 2)]))",
        "without names",
    ),
    "strange_head": (
        "pd.DataFrame([[1]], columns=[pd.Timestamp('2026-01-01')])",
        "called Timestamp",
    ),
    "empty": ("pd.DataFrame()", "empty"),
    "interval": ("pd.DataFrame({'a': pd.cut([1, 2], 2)})", "Interval"),
    "interval_index": (
        "pd.DataFrame({'a': [1, 2]}, index=pd.interval_range(0, 2))",
        "Interval",
    ),
    "complex": ("pd.DataFrame({'a': [1j]})", "complex"),
    "period": (
        "pd.DataFrame({'a': pd.period_range('2026', periods=2, freq='D')})",
        "Period",
    ),
    "delta": ("pd.DataFrame({'a': pd.to_timedelta([1], 's')})", "Timedelta"),
    "date": ("pd.DataFrame({'a': pd.to_datetime(['2026-01-01'])})", "Timestamp"),
    "infinite": ("pd.DataFrame({'a': [np.inf, np.nan]})", "infinite"),
    "largest": ("pd.DataFrame({'a': [np.finfo(float).max]})", "infinite"),
    "list": ("pd.DataFrame({'a': [[1, 2]]})", "list"),
    "control": ("pd.DataFrame({'a': ['x\\rb']})", "control characters"),
    "control_head": ("pd.DataFrame({'\\0': [1]})", "control characters"),
    "surrogate": ("pd.DataFrame({'a': ['\\ud800']})", "control characters"),
}


@pytest.mark.parametrize(("frame", "what"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_shown_as_it_is_printed_is_refused(frame: str, what: str):
    with pytest.raises(NotShownError, match=re.escape(what)) as caught:
        table_schema(eval(frame))
    assert caught.value.fix


def test_a_table_is_shown_as_pandas_prints_it(lab: Lab):
    for name in ("docs/course.yml", "docs/en/words.yml"):
        shutil.copy(ROOT / name, lab.root / name)
    lab.label("rate: نرخ\nseed: دانه\nloss: زیان\nindex: نمایه\n")
    cells = "".join(f"# %% {name}\n{frame}\n\n" for name, (frame, _) in SHOWN.items())
    head = "# %% Imports\nimport numpy as np\nimport pandas as pd\n\n"
    end = '# %% Values tags=["values"]\n{"one": 1}\n'
    lab.write("q1/tables", head + cells + end)
    assert lab.run().failed == {}
    lab.write("q1/doubled", f"{head}# %% Doubled\n{REFUSED['doubled'][0]}\n\n{end}")
    line = lab.fail("q1/doubled")
    assert line.startswith("snippets/q1/doubled.py:")
    assert "it displays a table with two columns that are called 'a'" in line
    for name, (_, rows) in SHOWN.items():
        page = markdown.markdown(
            f"/// cell | q1/tables : {name}\n    show: output\n///\n",
            extensions=["hamgasht.embed"],
            extension_configs={
                "hamgasht.embed": {"language": "en", "root": str(lab.root)}
            },
        )
        lines = parse(page).iter("tr")
        assert [[text_of(cell) for cell in line] for line in lines] == rows, name


NAMES = st.one_of(
    st.text(max_size=2), st.integers(-2, 2), st.sampled_from(["index", 0.5, None, ()])
)
VALUES = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=3),
    st.booleans(),
    st.sampled_from([None, pd.NA, pd.NaT, 1j, b"a", [1], {}, Decimal(1), Fraction(1)]),
    st.sampled_from(
        [pd.Timestamp(0), pd.Timedelta(1), pd.Interval(0, 1), np.float32(2)]
    ),
)


@st.composite
def frames(draw) -> pd.DataFrame:
    rows = draw(st.integers(0, 3))
    columns = draw(st.lists(NAMES, max_size=3))
    kinds = [
        draw(st.sampled_from([VALUES, *VALUES.original_strategies])) for _ in columns
    ]
    data = [draw(st.lists(kind, min_size=rows, max_size=rows)) for kind in kinds]
    frame = pd.DataFrame(dict(enumerate(data)), index=range(rows))
    frame.columns = pd.Index(columns, dtype=object)
    if columns and draw(st.booleans()):
        frame.index = pd.Index(draw(st.lists(VALUES, min_size=rows, max_size=rows)))
        frame.index.name = draw(NAMES)
    return frame


@pytest.mark.filterwarnings("ignore")  # of pandas, which a recording refuses
@given(frames())
def test_every_table_is_kept_as_it_is_or_refused(frame: pd.DataFrame):
    try:
        content = table_schema(frame)
    except NotShownError as error:
        assert error.fix
        return
    names = [field["name"] for field in content["schema"]["fields"]]
    assert names[1:] == [str(column) for column in frame.columns]
    assert len(set(names)) == len(names)
    assert len(content["data"]) == len(frame)
    for row, kept in zip(frame.itertuples(), content["data"], strict=True):
        for value, name in zip(row, names, strict=True):
            if isinstance(value, str | bool | np.bool_):
                assert kept[name] == value
            elif pd.isna(value):
                assert kept[name] is None
            else:
                assert kept[name] == pytest.approx(value, rel=1e-12)
