"""Every link and anchor of the built site leads somewhere, and to both languages."""

from urllib.parse import unquote, urlsplit

from browser.built import LANGUAGES, Page, Site


def test_both_languages_have_the_same_pages(built: Site) -> None:
    assert {page.twin.name for page in built.of("fa")} == {
        page.name for page in built.of("en")
    }


def test_sitemaps_list_every_page(built: Site) -> None:
    for language in LANGUAGES:
        listed = {urlsplit(address).path for address in built.sitemap(language)}
        assert listed == {page.path for page in built.of(language)}


def test_each_language_has_its_own_page_for_wrong_addresses(built: Site) -> None:
    missing = {page.name for page in built.every_page if page.is_missing_page}
    assert missing == {"404.html", "en/404.html"}


def test_internal_links_and_anchors_resolve(built: Site) -> None:
    pages = {page.file.resolve(): page for page in built.every_page}
    dead = []
    for page in built.every_page:
        for link in page.reader.links:
            if not _leads_nowhere(built, pages, page, link.address):
                continue
            dead.append(f"{page}:{link.line}: <{link.tag}> {link.address}")
    assert not dead, "\n".join(dead)


def test_ids_are_unique(built: Site) -> None:
    twice = [
        f"{page}: {identity}"
        for page in built.every_page
        for identity in sorted(set(page.reader.ids))
        if page.reader.ids.count(identity) > 1
    ]
    assert not twice, "\n".join(twice)


def _leads_nowhere(built: Site, pages: dict, page: Page, address: str) -> bool:
    """Whether a link goes to a file or an anchor of ours that is not there."""
    if urlsplit(address).scheme in ("data", "mailto", "javascript"):
        return False
    target = built.file_of(page, address)
    if target is None:
        return False
    if not target.is_file():
        return True
    anchor = unquote(urlsplit(address).fragment)
    # Material's own "to the top" and the text fragments of a browser need no id.
    if not anchor or anchor.startswith(":~:"):
        return False
    other = pages.get(target.resolve())
    return other is not None and anchor not in other.reader.ids
