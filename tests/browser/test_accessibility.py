"""axe-core finds nothing, on any page, in either colour scheme."""

from collections.abc import Callable

import pytest

from browser.built import LANGUAGES
from browser.conftest import Served, Tab

SCHEMES = {"light": "default", "dark": "slate"}
RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id} (${rule.impact}): ${node.target.join(" ")}: ` +
    node.failureSummary.split("\\n").slice(1).join(" ").trim()));
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(
    new_tab: Callable[..., Tab], served: Served, axe: str, language: str, scheme: str
) -> None:
    tab = new_tab(color_scheme=scheme)
    found = []
    for page in served.site.of(language):
        tab.open(page)
        assert tab.run("document.body.dataset.mdColorScheme") == SCHEMES[scheme]
        tab.run(axe)
        found += [f"{page}: {violation}" for violation in tab.run(RUN)]
    assert not found, "\n".join(found)
