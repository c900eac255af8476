"""What a page brings with it, so that scripts need not move what is there."""

from types import SimpleNamespace

import pytest

from hamgasht.site.reader import add_copy_buttons, end_sections, finish_content

CODE = "<pre><span></span><code>x = 1</code></pre>"


def contents(*ids: str) -> list[SimpleNamespace]:
    """Return the table of contents of a chapter with these sections."""
    sections = [SimpleNamespace(id=name, level=2) for name in ids]
    return [SimpleNamespace(level=1, children=sections)]


@pytest.mark.parametrize("ids", [(), ("a",), ("a", "b", "c")])
def test_each_section_ends_before_the_next_begins(ids: tuple[str, ...]) -> None:
    html = "<h1>C</h1>\n" + "".join(
        f'<h2 id="{name}">{name}</h2>\n<p>{name}</p>\n' for name in ids
    )
    found = end_sections(html, contents(*ids))
    assert found.count("hg-section-end") == len(ids)
    for name in ids:
        end = f'<p>{name}</p>\n<div class="hg-section-end" data-section="{name}"></div>'
        assert end in found


def test_each_block_of_code_has_the_button_that_copies_it() -> None:
    found = add_copy_buttons(CODE + "<pre>no code</pre>" + CODE, "Copy")
    assert found.count("<button") == 2
    for number in range(2):
        assert found.count(f'data-clipboard-target="#code-{number}"') == 1
        assert found.count(f'<code id="code-{number}">x = 1</code>') == 1


def test_footnotes_of_persian_pages_have_persian_numbers() -> None:
    html = '<sup><a class="footnote-ref" href="#fn:1"><bdi dir="ltr">12</bdi></a></sup>'
    assert finish_content(html, "en", "Copy") == html
    assert ">۱۲</a>" in finish_content(html, "fa", "Copy")
