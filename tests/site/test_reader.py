"""What a page brings with it, so that scripts need not move what is there."""

from types import SimpleNamespace

import pytest

from hamgasht.site.reader import copy_buttons, section_ends

CODE = "<pre><span></span><code>x = 1</code></pre>"


def chapter(*ids: str) -> SimpleNamespace:
    """Return a rendered chapter with these sections."""
    sections = [SimpleNamespace(id=name, title=name.title(), level=2) for name in ids]
    top = SimpleNamespace(level=1, children=sections)
    return SimpleNamespace(file=SimpleNamespace(url="c.html"), title="C", toc=[top])


@pytest.mark.parametrize("ids", [(), ("a",), ("a", "b", "c")])
def test_each_section_ends_before_the_next_begins(ids: tuple[str, ...]) -> None:
    html = "<h1>C</h1>\n" + "".join(
        f'<h2 id="{name}">{name}</h2>\n<p>{name}</p>\n' for name in ids
    )
    found = section_ends(html, chapter(*ids))
    assert found.count("hg-section-end") == len(ids)
    for name in ids:
        end = f'<p>{name}</p>\n<div class="hg-section-end" data-section="{name}"></div>'
        assert end in found


def test_each_block_of_code_has_the_button_that_copies_it() -> None:
    found = copy_buttons(CODE + "<pre>no code</pre>" + CODE, "Copy")
    assert found.count("<button") == 2
    for number in range(2):
        assert found.count(f'data-clipboard-target="#code-{number}"') == 1
        assert found.count(f'<code id="code-{number}">x = 1</code>') == 1
