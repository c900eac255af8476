"""A snippet runs in the kernel as ``python FILE`` runs it, or is refused."""

from conftest import run_python
from lab import Lab

from hamgasht.records.read import load

NO_COMMANDS = """\
# %% Comment
# cat the two lists

# %% Text
text = '''
>>> 1
'''
print(text)
"""


def printed(lab: Lab, text: str) -> str:
    """Return what a snippet prints, as it is recorded."""
    lab.write("q1/plain", text)
    report = lab.run("q1/plain")
    assert not report.failed, report.failed
    cells = load(lab.root, "q1/plain").cells.values()
    return "".join(output["text"] for cell in cells for output in cell["outputs"])


def test_no_line_is_a_command_or_a_prompt(lab: Lab):
    assert printed(lab, NO_COMMANDS) == "\n>>> 1\n\n"
    lab.write("q1/plain", "# %% Bad\nls\n")
    assert "name 'ls' is not defined" in lab.fail("q1/plain")


LOG = """\
# %% Log
import logging
import sys

{setup}
logging.getLogger("x").info("two")
logging.warning("three")
"""
OWN_LOGS = (
    "logging.basicConfig(stream=sys.stdout, level='INFO')",
    "logging.basicConfig(stream=sys.stdout, level='INFO', force=True)",
    "logging.root.addHandler(logging.StreamHandler(sys.stdout))\n"
    "logging.root.setLevel('INFO')",
)


def test_a_snippet_sets_up_its_own_log(lab: Lab):
    files = [
        lab.write(f"q1/log{number}", LOG.format(setup=setup))
        for number, setup in enumerate(OWN_LOGS)
    ]
    report = lab.run()
    assert not report.failed, report.failed
    for file in files:
        [cell] = load(lab.root, f"q1/{file.stem}").cells.values()
        [output] = cell["outputs"]
        assert output["text"] == run_python(file) != ""


REFUSED = (
    (LOG.format(setup=""), "it wrote to stderr: WARNING:root:three"),
    (
        LOG.format(setup="logging.basicConfig(level='INFO')"),
        "it wrote to stderr: INFO:x:two",
    ),
    ("# %% A\nexit()\n\n# %% B\nprint('after')\n", "(cell 'A'): SystemExit"),
    ("# %% A\nquit(3)\n", "SystemExit: 3"),
    ("# %% A\nimport os, matplotlib as m; m.use('svg')\n", "would lose the figures"),
    (
        "# %% A\nfrom matplotlib import pyplot\npyplot.switch_backend('Agg')\n",
        "would lose the figures",
    ),
)


def test_what_ends_a_run_or_loses_what_it_shows_is_refused(lab: Lab):
    for number, (text, _) in enumerate(REFUSED):
        lab.write(f"q1/bad{number}", text)
    failed = lab.run().failed
    for number, (_, words) in enumerate(REFUSED):
        assert words in str(failed[f"q1/bad{number}"])


def test_figures_of_a_helper_are_recorded(lab: Lab):
    lab.label("step: گام\n")
    lab.write("q1/_draw", "import os, matplotlib.pyplot as plt\n").open("a").write(
        "def draw():\n    plt.figure().supxlabel('step')\n    plt.show()\n"
    )
    lab.write("q1/plain", "# %% Figure\nimport _draw\n_draw.draw()\n")
    assert not lab.run().failed
    assert "figures/figure-1.fa.svg" in lab.files("q1/plain")
