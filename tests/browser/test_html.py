"""Every page is valid HTML."""

import json
import re
import subprocess

from browser.built import Site

# The stock theme writes autocomplete="off" on the palette's radio buttons.
KNOWN = re.compile(r"^Attribute .autocomplete. is only allowed when the input type is")


def test_html_is_valid(built: Site, vnu: list[str]) -> None:
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--errors-only"]
    files = [str(page.file) for page in built.every_page]
    done = subprocess.run(
        [*vnu, *options, *files], capture_output=True, encoding="utf-8", check=True
    )
    found = [
        f"{message['url'].partition(built.folder.name)[2]}:{message['lastLine']}: "
        f"{message['message']}  {message['extract']!r}"
        for message in json.loads(done.stdout)["messages"]
        if not KNOWN.match(message["message"])
    ]
    assert not found, "\n".join(found)
