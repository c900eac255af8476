"""What the browser tests need is there, or they say what is missing."""

import json

import pytest

from browser.conftest import CHECKERS, absent


def test_missing_tools_skip_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser is on the PATH"):
        absent("no browser is on the PATH")


def test_missing_tools_fail_where_ci_requires_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="no browser is on the PATH"):
        absent("no browser is on the PATH")


def test_checkers_have_the_pinned_versions(axe: str, vnu: list[str]) -> None:
    wanted = json.loads((CHECKERS.parent / "package.json").read_text("utf-8"))
    for name, version in wanted["dependencies"].items():
        found = json.loads((CHECKERS / name / "package.json").read_text("utf-8"))
        assert found["version"] == version, f"{name}: run npm ci again"
