"""Closures, against what really happens: the paste is run beside the whole snippet."""

import pytest

from hamgasht.embed.cells.needs import needed_cells, with_needs

# Each case: the cells in order, and the places that the last one must have. The
# places are worked out by hand; that the paste gives the same is found by running.
CASES = {
    "unneeded cells stay out": (
        ["a = 1", "b = 2", "c = a + 1", "print(b)", "r = a"],
        [0, 4],
    ),
    "transitive": (["a = 1", "b = a + 1", "c = 7", "r = b"], [0, 1, 3]),
    "imports": (["import math", "import json", "r = math.pi"], [0, 2]),
    "parameters": (["N = 3", "M = 4", "r = list(range(N))"], [0, 2]),
    "a later binding replaces an earlier": (["a = 1", "a = 2", "r = a"], [1, 2]),
    "own binding comes first": (["ax = 1", "ax = 5\nr = ax"], [1]),
    "read before own binding": (["a = 1", "r = a\na = 2"], [0, 1]),
    "augmented": (["a = 1", "a += 2", "r = a"], [0, 1, 2]),
    "item assignment": (["a = [1, 2]", "a[0] = 9", "r = a"], [0, 1, 2]),
    "method that mutates": (["a = []", "a.append(3)", "r = a"], [0, 1, 2]),
    "pure look is left out": (["a = 'x'", "a.upper()", "r = a"], [0, 2]),
    "print is left out": (["a = [1]", "print(a, len(a))", "r = a"], [0, 2]),
    "result kept, object changed": (["a = [1]", "b = a.pop()", "r = a"], [0, 1, 2]),
    "function that changes its argument": (
        ["def f(x):\n    x.append(1)", "a = []", "f(a)", "r = a"],
        [0, 1, 2, 3],
    ),
    "function that only looks": (
        [
            "def f(x):\n    y = []\n    y.append(len(x))\n    return y",
            "a = [1]",
            "print(f(a))",
            "r = a",
        ],
        [1, 3],
    ),
    "function that changes through a name of its own": (
        ["def f(x):\n    y = x\n    y.append(1)", "a = []", "f(a)", "r = a"],
        [0, 1, 2, 3],
    ),
    "function that calls one that changes": (
        [
            "def g(x):\n    x.append(1)",
            "def f(x):\n    return g(x)",
            "a = []",
            "print(f(a))",
            "r = a",
        ],
        [0, 1, 2, 3, 4],
    ),
    "functions that call each other and only look": (
        [
            "def f(n):\n    return n if n < 1 else g(n - 1)",
            "def g(n):\n    return f(n)",
            "a = 3",
            "print(f(a))",
            "r = a",
        ],
        [2, 4],
    ),
    "function that changes a name from outside": (
        ["a = []", "def f():\n    a.append(2)", "f()", "r = a"],
        [0, 1, 2, 3],
    ),
    "name read when the function is called": (
        ["def f():\n    return K", "K = 5", "r = f()"],
        [0, 1, 2],
    ),
    "name changed between definition and call": (
        ["K = [1]", "def f():\n    return K", "K.append(2)", "r = f()"],
        [0, 1, 2, 3],
    ),
    "default is read at once": (
        ["K = 5", "def f(x=K):\n    return x", "K = 6", "r = f()"],
        [0, 1, 3],
    ),
    "change through another name": (
        ["a = [1, 2]", "b = a", "b[0] = 7", "r = a"],
        [0, 1, 2, 3],
    ),
    "change through a view": (
        [
            "import numpy as np",
            "a = np.zeros(4)",
            "v = a.reshape(2, 2)",
            "v[0] = 3",
            "r = a",
        ],
        [0, 1, 2, 3, 4],
    ),
    "a new array shares nothing": (
        ["import numpy as np", "a = np.ones(2)", "b = a * 2", "b[0] = 9", "r = a"],
        [0, 1, 4],
    ),
    "change through a container": (
        ["a = [1]", "both = [a, 2]", "both[0].append(5)", "r = a"],
        [0, 1, 2, 3],
    ),
    "loop variable": (
        ["a = [[1], [2]]", "for x in a:\n    x.append(0)", "r = a"],
        [0, 1, 2],
    ),
    "loop over several things at once": (
        [
            "a, b = [[1]], [[2]]",
            "c = [[3]]",
            "for n, (x, y) in enumerate(zip(a, c)):\n    y.append(n)",
            "r = a",
        ],
        [0, 3],
    ),
    "loop over several things changes one": (
        [
            "a, b = [[1]], [[2]]",
            "for n, (x, y) in enumerate(zip(a, b)):\n    y.append(n)",
            "r = b",
        ],
        [0, 1, 2],
    ),
    "exchange": (
        ["a, b = [1], [2]", "a, b = b, a", "b.append(3)", "r = a, b"],
        [0, 1, 2, 3],
    ),
    "conditional binding keeps the first": (
        ["a = 1", "if a > 5:\n    a = 2", "r = a"],
        [0, 1, 2],
    ),
    "loop that may not run": (
        ["x = 1", "for x in []:\n    pass", "r = x"],
        [0, 1, 2],
    ),
    "attribute assignment": (
        ["class C: pass", "c = C()", "c.x = 4", "d = 1", "r = c.x"],
        [0, 1, 2, 4],
    ),
    "seed": (
        ["import random", "random.seed(3)", "x = 1", "r = random.random()"],
        [0, 1, 3],
    ),
    "seed is not for what is not random": (
        ["import random", "random.seed(3)", "r = 2"],
        [2],
    ),
    "seed behind a function": (
        [
            "import numpy as np",
            "def f():\n    return np.random.normal()",
            "np.random.seed(0)",
            "r = f()",
        ],
        [0, 1, 2, 3],
    ),
    "generator is drawn from": (
        [
            "import numpy as np",
            "rng = np.random.default_rng(0)",
            "a = rng.normal(size=3)",
            "r = rng.normal()",
        ],
        [0, 1, 2, 3],
    ),
    "module function that changes its argument": (
        [
            "import random",
            "a = [1, 2, 3]",
            "random.seed(1)",
            "random.shuffle(a)",
            "r = a",
        ],
        [0, 1, 2, 3, 4],
    ),
    "global": (
        ["n = 0", "def f():\n    global n\n    n += 1", "f()", "r = n"],
        [0, 1, 2, 3],
    ),
    "comprehension variable is its own": (
        ["x = 5", "r = [x * 2 for x in range(3)]"],
        [1],
    ),
    "side effect in a comprehension": (
        ["a = [[1]]", "_ = [x.append(2) for x in a]", "r = a"],
        [0, 1, 2],
    ),
    "with": (
        ["import io", "with io.StringIO() as f:\n    t = f.write('x')", "r = t"],
        [0, 1, 2],
    ),
    "walrus": (["print(n := 4)", "r = n"], [0, 1]),
    "try": (
        ["try:\n    a = 1\nexcept ValueError:\n    a = 2", "r = a"],
        [0, 1],
    ),
    "lambda": (["k = 2", "f = lambda x: x * k", "r = f(3)"], [0, 1, 2]),
    "unpacking": (["a, *b = [1, 2, 3]", "c = 0", "r = b"], [0, 2]),
    "del": (["a = 1", "b = 2", "del b", "r = a"], [0, 3]),
    "decorator": (
        ["def d(f):\n    return f", "@d\ndef g():\n    return 1", "r = g()"],
        [0, 1, 2],
    ),
    "class body": (
        [
            "N = 2",
            "class C:\n    n = N\n    def f(self):\n        return N",
            "r = C().n + C().f()",
        ],
        [0, 1, 2],
    ),
    "shadowed builtin": (["sum = 3", "r = sum"], [0, 1]),
}


@pytest.mark.parametrize("case", CASES)
def test_closure_is_right_and_gives_the_same(case: str):
    sources, expected = CASES[case]
    assert needed_cells(sources) == expected
    whole: dict[str, object] = {}
    exec("\n".join(sources), whole)
    cells = [(f"c{number}", source) for number, source in enumerate(sources)]
    paste: dict[str, object] = {}
    exec(with_needs(cells, cells[-1][0]), paste)
    assert repr(paste["r"]) == repr(whole["r"])


def test_keras_snippet_keeps_seed_model_and_training():
    cells = [
        ("imports", "import keras\nimport numpy as np"),
        ("seed", "keras.utils.set_random_seed(0)"),
        ("data", "x = np.ones((4, 2))"),
        ("note", "print('no part of it')"),
        ("build", "model = keras.Sequential([keras.layers.Dense(1)])"),
        ("show", "model.summary()"),
        ("compile", "model.compile(loss='mse')"),
        ("fit", "history = model.fit(x, x[:, :1], verbose=0)"),
        ("plot", "losses = history.history['loss']"),
        ("predict", "model.predict(x, verbose=0)"),
    ]
    kept = needed_cells([source for _, source in cells])
    names = [cells[index][0] for index in kept]
    assert names == ["imports", "seed", "data", "build", "compile", "fit", "predict"]


def test_layer_built_by_a_call_and_changed_through_its_weights():
    cells = [
        "import keras\nimport numpy as np",
        "layer = keras.layers.Dense(2)",
        "y = layer(np.ones((1, 3)))",
        "kernel = layer.kernel",
        "kernel.assign(np.zeros((3, 2)))",
        "layer(np.ones((1, 3)))",
    ]
    assert needed_cells(cells) == [0, 1, 2, 3, 4, 5]


def test_earlier_figures_stay_out():
    cells = [
        "import matplotlib.pyplot as plt",
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()",
        "fig, ax = plt.subplots()\nax.plot([3])",
    ]
    assert needed_cells(cells) == [0, 2]


def test_drawing_something_does_not_change_it():
    cells = [
        "import matplotlib.pyplot as plt\nimport pandas as pd",
        "data = pd.DataFrame({'a': [1, 2]})",
        "fig, axes = plt.subplots(2)\nfor ax in axes:\n    ax.plot(data, data.index)",
        "data.rename(columns={'a': 'b'}, inplace=True)",
        "data.sort_values('b')",
        "data",
    ]
    assert needed_cells(cells) == [0, 1, 3, 5]


def test_a_figure_drawn_over_two_cells_stays_whole():
    cells = [
        "import matplotlib.pyplot as plt",
        "fig, ax = plt.subplots()",
        "ax.plot([1, 2])",
        "ax.set_title('x')",
    ]
    assert needed_cells(cells) == [0, 1, 2, 3]


def test_global_settings_of_a_module_come_along():
    cells = [
        "import matplotlib.pyplot as plt",
        "plt.rcParams['axes.grid'] = True",
        "fig, ax = plt.subplots()",
    ]
    assert needed_cells(cells) == [0, 1, 2]


def test_code_that_is_no_plain_python_keeps_all():
    assert needed_cells(["a = 1", "%timeit a", "b = 2"]) == [0, 1, 2]


def test_unknown_cell():
    with pytest.raises(KeyError):
        with_needs([("a", "1")], "b")


def test_cells_are_joined_with_one_empty_line():
    assert with_needs([("a", "x = 1\n"), ("b", "\nx\n")], "b") == "x = 1\n\nx\n"
