"""What is written more briefly says the same."""

import math
import re
from itertools import accumulate

from hamgasht.site.compress import slim, without_comments, without_indentation

FIGURE = """\
<p>At 0.93512 it ends.</p>
<svg class="hg-figure" role="img" aria-labelledby="t d">
 <title id="t">The area is 0.935 here and 0.9876 there.</title>
 <desc id="d">From ( 0.12345 ) to -1.4142</desc>
 <g id="patch_1" transform="translate(10.123456 -0.987654)">
  <path id="p" d="M 1.23456 2.34567 L 3.4 5.67891
"></path>
 </g>
 <text x="1.005002"> 0.001 </text>
</svg>
"""
POINTS = [(step * 1.2345, 50 + 40 * math.sin(step / 3)) for step in range(-5, 200)]


def words(html: str) -> list[str]:
    return re.sub("<[^>]*>", " ", html).split()


def test_figures_keep_what_they_say() -> None:
    assert words(slim(FIGURE)) == words(FIGURE)


def test_coordinates_keep_a_tenth_of_a_pixel_small_ones_a_hundredth() -> None:
    found = slim(FIGURE)
    assert 'd="M 1.23 2.35 L 3.4 5.68\n"/>' in found
    assert "translate(10.1 -0.99)" in found
    assert 'x="1.01"' in found or 'x="1.00"' in found


def test_only_ids_that_something_refers_to_stay() -> None:
    assert set(re.findall('id="([^"]*)"', slim(FIGURE))) == {"t", "d"}


def test_a_box_that_holds_nothing_is_left_out() -> None:
    held = '<ul></ul><div class="hg-run"></div><div> </div>'
    assert slim(f"<div></div>{held}<div></div>") == held


def test_what_holds_something_keeps_its_end() -> None:
    held = '<svg class="hg-figure"><use x="1"><title>one</title></use></svg>'
    assert slim(held) == held
    still = '<svg class="hg-figure"><use x="1"></use><path></path></svg>'
    assert slim(still) == '<svg class="hg-figure"><use x="1"/><path/></svg>'


def test_scripts_and_sheets_lose_their_comments_alone() -> None:
    script = (
        "/* What\n   it is. */\n\nlet a = 1; // here\n  // there\n  b('/* no */');\n"
    )
    assert without_comments(script) == "let a = 1; // here\n  b('/* no */');\n"
    licence = "/* Font: Open Font License. */\na { b: url('//c') }\n"
    assert without_comments(licence) == licence


def test_a_long_line_is_written_by_steps_that_end_where_it_went() -> None:
    line = "\n".join(f"{'L' if n else 'M'} {x} {y}" for n, (x, y) in enumerate(POINTS))
    figure = f'<svg class="hg-figure"><path d="{line}\n" style="fill: none"/></svg>'
    brief = slim(figure)
    assert len(brief) < len(figure) / 3
    drawn = re.search(r'd="M([^l"]*)l([^"]*)"', brief)
    assert drawn
    numbers = [
        float(part) for part in re.findall(r"-?[\d.]+", f"{drawn[1]} {drawn[2]}")
    ]
    found = zip(accumulate(numbers[::2]), accumulate(numbers[1::2]), strict=True)
    for (x, y), (found_x, found_y) in zip(POINTS, found, strict=True):
        assert math.hypot(x - found_x, y - found_y) < 0.08  # half a tenth each way


def test_a_marker_keeps_its_points() -> None:
    marker = '<path d="M -3.5 0 L 3.5 0 L 0 3.5 z"/>'
    assert marker in slim(f'<svg class="hg-figure">{marker}</svg>')


def test_indentation_stays_where_spaces_are_shown_or_are_code() -> None:
    kept = [
        "<pre>a\n\n    b</pre>",
        "<script>\n  f(`\n  `)\n</script>",
        '<pre class="x"><code>\n  <b>c</b></code></pre>',
        "<textarea>\n  d</textarea>",
        '<button data-copy="@book{e,\n  year = {2015}\n}">',
    ]
    html = "\n\n    <p>\n      one\n\n      two</p>\n   ".join(["", *kept, ""])
    found = without_indentation(html)
    assert all(block in found for block in kept)
    assert found.count("\n<p>\none\ntwo</p>\n") == len(kept) + 1
    assert len(found) < len(html)
    assert without_indentation(found) == found
