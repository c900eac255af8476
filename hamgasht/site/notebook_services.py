"""Services that open a notebook of a public repository and run it.

Takes in the repository's address and a snippet; gives out addresses to go to. A page
only links there: nothing is asked of these hosts until a reader follows.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from hamgasht.core.paths import output_name
from hamgasht.records.read import NOTEBOOK

_HOST = "github.com"  # the one whose repositories both services open
_BRANCH = "main"
_PARTS = 2  # owner and name


def elsewhere(
    repository: str, snippet_id: str, needs: Collection[str]
) -> dict[str, str]:
    """Return the addresses that open a snippet's recorded notebook, by service.

    Args:
        repository: The address of the public repository; empty if there is none.
        snippet_id: The snippet's id.
        needs: The snippets whose artefacts it reads.

    Returns:
        Nothing where the repository is not on a host that the services read, or
        where the notebook could not run there: the services open one file alone,
        without the artefacts that others left.
    """
    address = urlsplit(repository)
    place = address.path.strip("/").removesuffix(".git")
    if needs or address.hostname != _HOST or len(place.split("/")) != _PARTS:
        return {}
    file = f"{place}/blob/{_BRANCH}/{output_name(snippet_id)}/{NOTEBOOK}"
    return {
        "Colab": f"https://colab.research.google.com/github/{file}",
        "Kaggle": f"https://www.kaggle.com/kernels/welcome?src=https://{_HOST}/{file}",
    }
