"""Decodes images that nobody has vouched for."""

import io
import warnings

from PIL import Image

MAX_PIXELS = 20_000_000
"""More than any image of the course; a picture that unpacks to more is an attack."""

FORMATS = ("JPEG", "PNG")
SUFFIXES = (".jpg", ".jpeg", ".png")


class BadImageError(ValueError):
    """Bytes are no image that the course can use."""


def decode(content: bytes) -> Image.Image:
    """Return an image, decoded whole.

    Args:
        content: A file's bytes.

    Raises:
        BadImageError: They are no JPEG or PNG, damaged, or too large to unpack.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise BadImageError(f"it unpacks to {width} x {height} pixels")
            image.load()
    except BadImageError:
        raise
    except Exception as error:  # decoders raise nearly anything for damaged bytes
        raise BadImageError(
            f"it is no readable image: {type(error).__name__}"
        ) from None
    return image
