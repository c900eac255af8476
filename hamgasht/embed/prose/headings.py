"""Plain labels of headings for the table of contents, which keeps no markup."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown.util import HTML_PLACEHOLDER_RE

from hamgasht.embed.processors import PageTreeprocessor

_HEADING = re.compile(r"h[1-6]")
_MATHML = re.compile(r"<math\b.*?</math>", re.S)
_ANNOTATION = re.compile(r"<annotation\b.*?</annotation>|<[^>]+>", re.S)
_OPEN, _CLOSE = "\u2066", "\u2069"  # the isolates that stand for <bdi dir="ltr">


class HeadingTreeprocessor(PageTreeprocessor):
    """Labels headings that hold formulas or isolated Latin runs."""

    def run(self, root: Element) -> None:
        """Label every heading that needs it."""
        for element in root.iter():
            if (
                _HEADING.fullmatch(str(element.tag))
                and "data-toc-label" not in element.attrib
                and element.find(".//bdi") is not None
            ):
                text = "".join(self._text(element))
                element.set("data-toc-label", " ".join(text.split()))

    def _text(self, element: Element) -> Iterator[str]:
        isolate = element.tag == "bdi" and self.page.language == "fa"
        if isolate:
            yield _OPEN
        yield self._plain(element)
        for child in element:
            yield from self._text(child)
            yield child.tail or ""
        if isolate:
            yield _CLOSE

    def _plain(self, element: Element) -> str:
        text = element.text or ""
        if "arithmatex" not in element.get("class", "").split():
            return text
        match = HTML_PLACEHOLDER_RE.search(text)
        stashed = self.md.htmlStash.rawHtmlBlocks[int(match[1])] if match else text
        mathml = _MATHML.search(str(stashed))
        return _ANNOTATION.sub("", mathml[0]) if mathml else text
