"""The engine's packages import only what stands below them."""

from conftest import ROOT
from importlinter import cli


def test_the_layers_hold(capsys):
    kept = cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert kept == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out
