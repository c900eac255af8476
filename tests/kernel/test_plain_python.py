"""A snippet runs in the kernel as ``python FILE`` runs it, or is refused."""

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
