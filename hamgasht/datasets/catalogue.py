"""What is known of the course's data sets before any of them is there.

Takes in a name; gives out its place under ``data/``, its size, and where it comes
from. Plain facts, nothing imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CIFAR10_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
"""The standard order: a class's place in it is its label."""


@dataclass(frozen=True)
class DataSet:
    """A data set of the course.

    Attributes:
        name: What a person calls it.
        place: The file or folder under ``data/``, as snippets' headers name it.
        parts: How many images each part holds.
        kind: Where it comes from unless a person says otherwise: ``drive`` or
            ``keras``.
        url: The address of that download.
        download_sha256: The digest that the download must have; empty where its
            publisher states none.
        archives: Digests of archives that were looked at, the download's included.
        digests: Digests of the place under ``data/`` that were looked at.
    """

    name: str
    place: str
    parts: Mapping[str, int]
    kind: str
    url: str
    download_sha256: str = ""
    archives: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many images it holds."""
        return sum(self.parts.values())


BR35H = DataSet(
    name="br35h",
    place="br35h",
    parts={"yes": 1500, "no": 1500},
    kind="drive",
    url="https://drive.google.com/uc?id=1SCpVEdJ6_Y0Acy2iW05ENIMh-OCcFz3P",
    archives=(
        # The images of the original archive, under their names, packed again.
        "bca89a77c4c35c2f36e7535b4e22f08c0d59ee87745a8ffa92beffad2d6f016c",
    ),
    digests=("79bd2f17e2189533031a1f9fb9c709bb7e1fd68084b229fcb23b57196aa1b445",),
)
CIFAR10 = DataSet(
    name="cifar10",
    place="cifar10.npz",
    parts={"train": 50_000, "test": 10_000},
    kind="keras",
    url="https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    # As keras.datasets.cifar10 pins it.
    download_sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    archives=(
        "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
        # Each image as a small JPEG: pixels differ a little from the original's.
        "d04893ead3171e906e171cb9bc629b66a9d3f5cd36676564a009658746d75a46",
    ),
    digests=(
        # The original, without loss and in its own order.
        "ff02502cf08bec8195167947ca3c0dea6c8b8be4b87567bcd164e575b91531a3",
        # From the small JPEGs.
        "36937da14241b8e8b53f0ac99c87e5209a9bdeb02ea1d0645fd2a0c394dc7a17",
    ),
)
SETS = {item.name: item for item in (BR35H, CIFAR10)}


def set_at(place: str) -> DataSet | None:
    """Return the data set that lies at a place under ``data/``, if it is known."""
    return next((item for item in SETS.values() if item.place == place), None)
