"""The built sites as files: whole or not at all, the same each time, all our own."""

import filecmp
import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import material
import nbformat
import pytest
from browser.built import Site
from conftest import BUILD, ROOT, run_python
from lab import wait_for
from site_project import add_snippet, files_of, short_checkout, write

from hamgasht.core.errors import EmbedError, HamgashtError
from hamgasht.core.paths import snippet_ids
from hamgasht.records.read import load
from hamgasht.site import build as site
from hamgasht.site import generate
from hamgasht.site.build import SiteError, build_sites, source_date
from hamgasht.site.serve import serve_sites

EVERYWHERE = (
    "index.html",
    "404.html",
    "notation.html",
    "errata.html",
    "glossary.html",
    "how-this-site-is-made.html",
    "q2-convolution-by-hand.html",
    "q3-shapes-and-parameters.html",
    "sitemap.xml",
    "sitemap.xml.gz",
    "search/search_data.js",
    "llms.txt",
    "assets/images/share.fa.png",
    "assets/images/share.en.png",
    "index.md",
    "assets/js/reader/site.js",
    "offline.json",
    "sw.js",
    "assets/css/katex.css",
    "assets/fonts/vazirmatn-arabic-wght-normal.woff2",
    "assets/fonts/vazirmatn-OFL.txt",
    "assets/images/favicon.svg",
)
RECORDED = [
    item
    for item in snippet_ids(ROOT)
    if (ROOT / "docs/outputs" / item / "manifest.json").is_file()
]

# A figure, a table, a matrix, numbers in prose, formulas.
THREE = (
    "q2_convolution_by_hand/forward",
    "q1_optimizers/saddle",
    "q3_shapes_and_parameters/output_size",
)
CELLS = """\
Here $L = \\frac{1}{4} \\sum O_{ij}$ is [[q2_convolution_by_hand/forward.mean]].

/// cell | q2_convolution_by_hand/forward : where-the-filter-stands
    show: output
    alt: The places of the filter.

Four places.
///

/// cell | q2_convolution_by_hand/forward : sliding
    show: code output
///

/// cell | q3_shapes_and_parameters/output_size : examples
    show: code output

As [above](#t).
///

/// cell | q1_optimizers/saddle : surface
    show: code output
///
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return short_checkout(tmp_path / "checkout")


def test_two_builds_are_identical(checkout: Path) -> None:
    """Also under another hash seed and in another time zone."""
    for snippet in THREE:
        add_snippet(checkout, snippet)
    shutil.copy(ROOT / "docs/fa/labels.yml", checkout / "docs/fa")
    for language in ("fa", "en"):
        write(checkout, language, CELLS)
    one, other = checkout / "site", checkout / "other"
    build_sites(checkout, one)
    assert (one / f"notebooks/{THREE[0]}.html").is_file()
    run_python("-c", BUILD, checkout, other, PYTHONHASHSEED="7", TZ="Asia/Tehran")
    assert_identical(one, other)


@pytest.mark.slow
def test_two_builds_of_all_pages_are_identical(built: Site, tmp_path: Path) -> None:
    other = tmp_path / "site"
    run_python("-c", BUILD, ROOT, other, PYTHONHASHSEED="7", TZ="Asia/Tehran")
    assert_identical(built.folder, other)


def assert_identical(one: Path, other: Path) -> None:
    names = files_of(one)
    assert names == files_of(other)
    _, different, missing = filecmp.cmpfiles(one, other, sorted(names), shallow=False)
    assert not different + missing


@pytest.mark.parametrize("name", EVERYWHERE)
def test_each_language_has_its_files(built: Site, name: str) -> None:
    assert (built.folder / name).is_file()
    assert (built.folder / "en" / name).is_file()


def test_both_languages_have_the_same_paths(built: Site) -> None:
    english = files_of(built.folder / "en")
    persian = {name for name in files_of(built.folder) if not name.startswith("en/")}
    # Servers look for this one at the root alone.
    assert english == persian - {"robots.txt"}


def test_nothing_of_the_build_is_left_beside_the_site(built: Site) -> None:
    assert not list(built.folder.parent.glob(f".{built.folder.name}.*"))


def test_sitemaps_have_the_date_of_the_sources(built: Site) -> None:
    packed = (built.folder / "sitemap.xml.gz").read_bytes()
    assert gzip.decompress(packed) == (built.folder / "sitemap.xml").read_bytes()
    written = int.from_bytes(packed[4:8], "little")
    assert abs(written - source_date(ROOT)) < 86400


def test_style_sheets_and_pages_load_nothing_from_elsewhere(built: Site) -> None:
    found = []
    for path in sorted(built.folder.rglob("*.css")):
        text = path.read_text(encoding="utf-8")
        found += [
            f"{path.name}: {address}"
            for address in re.findall(r"url\(\s*[\"']?([^)\"']+)", text)
            if re.match(r"(?:https?:)?//", address)
        ]
        found += re.findall(r"@import[^;]+", text)
        for face in re.findall(r"url\(([^)]+\.\w+)\) format", text):
            assert (path.parent / face).is_file(), f"{path.name}: {face}"
    loads = re.compile(
        r"<(?:script|img|iframe|source|link\b[^>]*stylesheet[^>]*)\b[^>]*"
        r"(?:src|href)=[\"'](?:https?:)?//[^\"']+"
    )
    for page in built.every_page:
        found += [f"{page}: {item}" for item in loads.findall(page.text)]
    assert not found, "\n".join(found)


def test_formulas_bring_their_style_sheet_and_others_do_not(built: Site) -> None:
    for page in built.every_page:
        assert ("katex.css" in page.text) == ('class="katex' in page.text), page


def test_the_files_of_the_theme_are_as_it_brings_them(built: Site) -> None:
    """And its sheets come before ours, which say the last word."""
    theme = Path(material.__file__).parent / "templates/assets"
    for pattern in ("javascripts/bundle.*.min.js", "stylesheets/*.min.css"):
        found = [*built.folder.glob(f"**/assets/{pattern}")]
        assert len(found) == 2 * len([*theme.glob(pattern)])
        for file in found:
            brought = theme / file.relative_to(file.parents[1])
            assert file.read_bytes() == brought.read_bytes(), file
    asks = re.compile(r'<link rel="stylesheet" href="[^"]*?(\w+)[\w.]*\.css"')
    for page in built.every_page:
        katex = ["katex"] * ('class="katex' in page.text)
        order = ["main", "palette", *katex, "fonts", "hamgasht", "reader"]
        assert asks.findall(page.text) == order, page


@pytest.mark.parametrize("snippet", RECORDED)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_recorded_runs_are_pages_with_downloads(
    built: Site, language: str, snippet: str
) -> None:
    folder = built.folder / ("en" if language == "en" else "")
    base = folder / "notebooks" / snippet
    recorded = load(ROOT, snippet)
    page = base.with_name(f"{base.name}.html").read_text(encoding="utf-8")
    page = page[page.index("<article") : page.index("</article>")]
    assert not re.search(r"<style|require\.js|mathjax|cdnjs|jp-Cell", page)
    assert '<div class="hg-notebook" dir="ltr" lang="en">' in page
    for name in (".ipynb", ".py", ".manifest.json", ".provenance.json"):
        assert base.with_name(base.name + name).is_file()
        assert f'href="{base.name}{name}"' in page
    assert base.with_name(f"{base.name}.py").read_bytes() == (
        recorded.source_path.read_bytes()
    )
    notebook = nbformat.read(base.with_name(f"{base.name}.ipynb"), as_version=4)
    nbformat.validate(notebook)
    drawings = [
        (output.metadata["hamgasht"]["files"][language], output.data["image/svg+xml"])
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.get("metadata", {}).get("hamgasht", {}).get("kind") == "figure"
    ]
    for name, drawing in drawings:
        assert drawing == (recorded.path / name).read_text(encoding="utf-8")
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", page)
    assert "" not in cells, "what is missing has a dash"
    noise = [cell for cell in cells if re.search(r"\d\.\d{9}|[1-9]\d*\.\d{7}", cell)]
    assert not noise, "float32 holds seven digits"
    shown = re.findall(r'<svg class="hg-figure"[^>]*>', page)
    assert len(shown) == len(drawings)
    for head in shown:  # with a view box it shrinks to a phone, without it is cut off
        size = re.search(r'width="([\d.]+)" height="([\d.]+)"', head)
        assert size and f'viewBox="0 0 {size[1]} {size[2]}"' in head


def test_an_error_in_a_page_comes_out_as_ours(checkout: Path) -> None:
    out = checkout / "site"
    build_sites(checkout, out)
    before = {name: (out / name).read_bytes() for name in files_of(out)}
    write(checkout, "en", "Here [[no_group/nothing.value]] is asked for.")
    with pytest.raises(EmbedError) as caught:
        build_sites(checkout, out)
    assert str(caught.value).startswith("docs/en/index.md:7")
    assert {name: (out / name).read_bytes() for name in files_of(out)} == before
    assert not list(checkout.glob(".site.*"))


def test_wrong_values_are_named_at_once_and_before_a_page_is_made(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [checkout / f"docs/{language}/index.md" for language in ("fa", "en")]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        page.write_text(f"{text}\n[[q1/none.a]] `[[q1/code.a]]`\n\n[[q1/other.b]]\n")
    monkeypatch.setattr(
        generate, "build_site", lambda *_, **__: pytest.fail("it built")
    )
    with pytest.raises(EmbedError) as caught:
        build_sites(checkout, checkout / "site")
    told = [f"error: {caught.value}", *caught.value.__notes__]
    places = []
    for page in (pages[1], pages[0]):
        last = len(page.read_text(encoding="utf-8").splitlines())
        name = page.relative_to(checkout).as_posix()
        places += [
            f"error: {name}:{line}: there is no snippet" for line in (last - 2, last)
        ]
    assert [re.sub(r"(?<=snippet).*", "", line) for line in told] == places


def test_a_warning_fails_a_strict_build_alone(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(checkout, "fa", "[There](nowhere.md) is nothing.")
    with pytest.raises(SiteError, match="nowhere"):
        build_sites(checkout, checkout / "site")
    assert not (checkout / "site").exists()
    build_sites(checkout, checkout / "site", strict=False)
    assert (checkout / "site/index.html").is_file()
    assert "nowhere" in capsys.readouterr().err


def test_a_page_outside_of_the_menu_is_told_in_one_line(checkout: Path) -> None:
    for docs in (checkout / "docs/fa", checkout / "docs/en"):
        shutil.copy(docs / "index.md", docs / "q8-new.md")
    told = (
        r"mkdocs\.yml: .*[^:]: - q8-new\.md\. Fix: add it to .nav. in .*mkdocs\.en\.yml"
    )
    with pytest.raises(SiteError, match=told) as caught:
        build_sites(checkout, checkout / "site")
    assert "\n" not in str(caught.value)


def test_a_wrong_setting_is_told_in_one_line(checkout: Path) -> None:
    with (checkout / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("  no_such_extension: {}\n")
    with pytest.raises(SiteError, match="no_such_extension") as caught:
        build_sites(checkout, checkout / "site")
    assert "\n" not in str(caught.value)


def test_a_style_sheet_that_is_not_there_is_told_in_one_line(checkout: Path) -> None:
    path = checkout / "mkdocs.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("css/reader.css", "css/gone.css"), encoding="utf-8")
    with pytest.raises(SiteError, match=r"mkdocs\.yml.*gone\.css.*Fix") as caught:
        build_sites(checkout, checkout / "site")
    assert "\n" not in str(caught.value)


def test_a_build_killed_between_its_renames_loses_nothing(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / ".site.former").mkdir()
    (checkout / ".site.former/index.html").write_text("good")
    (checkout / ".site.building").mkdir()
    (checkout / ".site.second").mkdir()

    def fail(*_: object, **__: object) -> None:
        raise SiteError("mkdocs.yml", "", "it fails", "fix it")

    monkeypatch.setattr(generate, "build_site", fail)
    with pytest.raises(SiteError):
        build_sites(checkout, checkout / "site")
    assert (checkout / "site/index.html").read_text() == "good"
    assert not list(checkout.glob(".site.*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_told(checkout: Path) -> None:
    closed = checkout / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(SiteError, match="cannot be written"):
        build_sites(checkout, closed / "site")


def test_a_file_in_the_place_of_a_folder_is_told(checkout: Path) -> None:
    (checkout / "file").write_text("")
    with pytest.raises(SiteError, match="cannot be written"):
        build_sites(checkout, checkout / "file/site")


def test_heads_of_tables_without_persian_text_are_told_at_once(checkout: Path) -> None:
    snippet = "q3_shapes_and_parameters/shapes_by_formula"
    add_snippet(checkout, snippet)
    (checkout / "docs/fa/labels.yml").write_text("{}\n")
    cell = f"/// cell | {snippet} : table\n    show: {{show}}\n///\n"
    write(checkout, "fa", cell.format(show="output"))
    with pytest.raises(EmbedError, match=r"docs/fa/index\.md:7: ") as caught:
        build_sites(checkout, checkout / "site")
    heads = ("layer", "output shape", "parameters")
    assert caught.value.__notes__ == [f'"{head}": ' for head in heads]
    write(checkout, "fa", cell.format(show="code"))
    build_sites(checkout, checkout / "site")


def test_the_date_comes_from_the_last_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(site.EPOCH, raising=False)
    assert source_date(tmp_path) == site.NO_DATE
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    date = {**os.environ, "GIT_COMMITTER_DATE": "1700000000 +0330"}
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run([*git, *command], cwd=tmp_path, env=date, check=True)
    assert source_date(tmp_path) == 1700000000
    monkeypatch.setenv(site.EPOCH, "1600000000")
    assert source_date(tmp_path) == 1600000000


def test_addresses_of_publication_come_from_the_environment(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAMGASHT_SITE_URL", "https://course.example/cnn/")
    monkeypatch.setenv("HAMGASHT_REPO_URL", "https://code.example/cnn")
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        path = checkout / name
        text = path.read_text(encoding="utf-8")
        hostile = "site_description: A </script> of <b>"  # it must not end the script
        path.write_text(re.sub("site_description: .*", hostile, text), encoding="utf-8")
    build_sites(checkout, checkout / "site")
    for place in ("", "en/"):
        page = (checkout / f"site/{place}index.html").read_text(encoding="utf-8")
        home = f"https://course.example/cnn/{place}index.html"
        assert f'<link rel="canonical" href="{home}">' in page
        sitemap = (checkout / f"site/{place}sitemap.xml").read_text()
        assert f"<loc>{home}</loc>" in sitemap
        language = "en" if place else "fa"
        edit = f"https://code.example/cnn/edit/main/docs/{language}/index.md"
        assert f'href="{edit}"' in page
        for code, folder in (("fa", ""), ("en", "en/"), ("x-default", "")):
            other = f"https://course.example/cnn/{folder}index.html"
            assert f'hreflang="{code}" href="{other}"' in sitemap
        shared = f"assets/images/share.{language}.png"
        whole = f"https://course.example/cnn/{place}{shared}"
        assert f'<meta property="og:image" content="{whole}">' in page
        assert f'<meta property="og:url" content="{home}">' in page
        assert (checkout / f"site/{place}{shared}").is_file()
        [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        course = json.loads(text)
        assert course["@id"] == course["url"] == home
        assert course["description"] == "A </script> of <b>"
        assert home in (checkout / f"site/{place}llms.txt").read_text("utf-8")
    robots = (checkout / "site/robots.txt").read_text()
    assert "Sitemap: https://course.example/cnn/en/sitemap.xml" in robots
    assert not (checkout / "site/en/robots.txt").exists()


def test_pages_have_no_canonical_address_without_one(built: Site) -> None:
    if "invalid" not in built.url:
        pytest.skip("this site was built with its address of publication")
    for page in built.every_page:
        assert 'rel="canonical"' not in page.text
        assert 'rel="edit"' not in page.text or os.environ.get("HAMGASHT_REPO_URL")


def test_serve_shows_both_languages_and_follows_edits(checkout: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "hamgasht", "serve", "--port", str(port)],
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        wait_for(lambda: 'dir="rtl"' in get(f"{home}/"))
        assert 'dir="ltr"' in get(f"{home}/en/")
        assert "html" in get(f"{home}/no/such/page")
        write(checkout, "en", "A new sentence.")
        wait_for(lambda: "A new sentence." in get(f"{home}/en/index.html"))
        write(checkout, "en", "[[no_group/nothing.value]]")
        time.sleep(2)
        write(checkout, "en", "A third sentence.")
        wait_for(lambda: "A third sentence." in get(f"{home}/en/index.html"))
    finally:
        server.send_signal(signal.SIGINT)
        told, _ = server.communicate(timeout=30)
    assert f"{home}/en/" in told
    assert "Traceback" not in told, told


def test_serve_names_a_port_that_is_taken(checkout: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(HamgashtError, match="cannot be listened on"):
            serve_sites(checkout, "127.0.0.1", taken.getsockname()[1])


def get(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError:
        return ""
