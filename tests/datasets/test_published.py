"""Stand-ins on pages: shown as what they are, and never published."""

import json

import pytest
from embed_project import Project, cell, printed
from lab import PLAIN, Lab

from hamgasht.core.errors import DataError
from hamgasht.datasets.catalogue import BR35H
from hamgasht.datasets.on_disk import make_stand_in
from hamgasht.records.read import load, refuse_stand_ins, sealed
from hamgasht.running.plan import run

HEADER = "# ---\n# jupyter:\n#   hamgasht:\n#     {line}\n# ---\n"
DRIVE = {"kind": "drive", "sha256": "a" * 64, "known": True}
FACTS = {"digest": "d" * 64, "count": 3000, "origin": DRIVE}


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path)


def show(project: Project, facts: dict, language: str = "en") -> str:
    """Return the line below a cell that was run on one data set."""
    header = HEADER.format(line="data: [br35h]")
    project.add("q9_demo/net", cell("Print", "p()", printed("x")), header=header)
    edit(project, "q9_demo/net", facts)
    return line_of(project, "q9_demo/net", language)


def edit(project: Project, snippet_id: str, facts: dict) -> None:
    path = project.root / "docs/outputs" / snippet_id / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["data"] = {"br35h": facts}
    path.write_text(json.dumps(sealed(manifest)))


def line_of(project: Project, snippet_id: str, language: str = "en") -> str:
    text = f"/// cell | {snippet_id} : print\n    show: output\n///\n"
    tree = project.tree(text, language)
    run = next(e for e in tree.iter() if "hg-provenance__run" in e.get("class", ""))
    return "".join(run.itertext()) + "|" + "".join(s.text for s in run.iter("strong"))


def test_the_line_names_data_count_and_origin(project: Project):
    line = show(project, FACTS)
    assert line.endswith(" · data: br35h (3,000 images, from Google Drive)|")
    line = show(project, FACTS, "fa")
    assert line.endswith(" · داده: br35h (۳٬۰۰۰ تصویر، از گوگل درایو)|")


@pytest.mark.parametrize(
    ("origin", "en", "fa"),
    [
        ({"kind": "keras", "known": True}, "from Keras", "از Keras"),
        (
            {"kind": "archive", "known": True},
            "from a local archive",
            "از بایگانی محلی",
        ),
        (
            {"kind": "folder", "known": False},
            "from a local folder, digest not known",
            "از پوشهٔ محلی، با چکیدهٔ ناشناخته",
        ),
    ],
)
def test_every_origin_has_words(project: Project, origin: dict, en: str, fa: str):
    assert f"images, {en})" in show(project, FACTS | {"origin": origin})
    assert f"تصویر، {fa})" in show(project, FACTS | {"origin": origin}, "fa")


def test_a_digest_that_is_known_by_now_is_no_unknown_one(project: Project):
    origin = {"kind": "archive", "known": False}
    line = show(project, FACTS | {"digest": BR35H.digests[0], "origin": origin})
    assert line.endswith("(3,000 images, from a local archive)|")


def test_unrecorded_data_counts_files(project: Project):
    line = show(project, {**FACTS, "count": 3, "origin": {"kind": "unrecorded"}})
    assert "br35h (3 files, origin not recorded)" in line


def test_an_older_record_holds_a_digest_alone(project: Project):
    show(project, FACTS)
    edit(project, "q9_demo/net", "d" * 64)
    line = line_of(project, "q9_demo/net")
    assert line.endswith(" · data: br35h (origin not recorded)|")
    refuse_stand_ins(load(project.root, "q9_demo/net"))


SYNTHETIC = {**FACTS, "count": 120, "origin": {"kind": "synthetic"}}


def test_a_stand_in_is_loud(project: Project):
    line = show(project, SYNTHETIC)
    assert "(120 images, synthetic stand-in, not the real data)" in line
    assert line.endswith("|synthetic stand-in, not the real data")
    assert show(project, SYNTHETIC, "fa").endswith("|دادهٔ ساختگی، نه دادهٔ واقعی")


def test_what_is_drawn_from_it_says_so_too(project: Project):
    show(project, SYNTHETIC)
    header = HEADER.format(line="needs: [q9_demo/net]")
    project.add("q9_demo/draw", cell("Print", "d()", printed("y")), header=header)
    assert line_of(project, "q9_demo/draw").endswith(
        "|synthetic stand-in, not the real data"
    )


def test_a_recorded_stand_in_is_refused_by_name(project: Project):
    show(project, SYNTHETIC)
    with pytest.raises(DataError) as caught:
        refuse_stand_ins(load(project.root, "q9_demo/net"))
    line = str(caught.value)
    assert line.startswith("docs/outputs/q9_demo/net/manifest.json:data, br35h: ")
    assert "never published" in line
    show(project, FACTS)
    refuse_stand_ins(load(project.root, "q9_demo/net"))


@pytest.fixture
def synthetic(lab: Lab) -> Lab:
    """A project with one snippet that was run on the stand-in."""
    lab.write("q1/net", HEADER.format(line="data: [br35h]") + PLAIN)
    make_stand_in(lab.root, BR35H, lab.root / "data/br35h")
    return lab


def test_a_build_does_not_begin_to_run_on_a_stand_in(synthetic: Lab):
    with pytest.raises(DataError, match=r"^data/br35h: q1/net is stale") as caught:
        run(synthetic.root, jobs=1, for_site=True)
    assert "remove data/br35h to build from what is recorded" in str(caught.value)
    assert not synthetic.out("q1/net").exists()
    status, _, err = synthetic.cli("build")
    assert status == 1
    assert err.startswith("error: data/br35h: q1/net is stale")


def test_a_strict_build_refuses_and_status_tells(synthetic: Lab):
    from hamgasht.site.build import build_sites

    assert synthetic.run().ran == ["q1/net"]
    _, out, _ = synthetic.cli("status")
    assert "on SYNTHETIC br35h" in out
    hook = "hooks: [hook.py]\nmarkdown_extensions: [hamgasht.embed]\n"
    for name, docs in (("mkdocs.yml", "fa"), ("mkdocs.en.yml", "en")):
        (synthetic.root / f"docs/{docs}/index.md").write_text("# One\n")
        text = f"site_name: lab\ndocs_dir: docs/{docs}\n"
        text += f"theme: {{name: material, language: {docs}}}\n"
        (synthetic.root / name).write_text(text + hook)
    (synthetic.root / "hook.py").write_text(
        "from hamgasht.site.hook import on_files, on_build_error\n"
    )
    with pytest.raises(DataError, match="never published"):
        build_sites(synthetic.root, synthetic.root / "site", strict=True)
    assert not (synthetic.root / "site").exists()
