"""The first cell of a notebook of exercises: it knows hashes of answers alone."""

import hashlib

ASKED = WRONG = GOOD = ""
RIGHT = {}  # how many digits of an answer count, and their hash, by name


def digest(name, text):
    """Return a slow hash: whoever wants to guess an answer must compute it."""
    found = hashlib.pbkdf2_hmac("sha256", text.encode(), name.encode(), 100_000)
    return found.hex()[:16]


def check(name, answer):
    """Say whether an answer is right, to as many digits as were recorded."""
    assert isinstance(answer, (int, float)) or hasattr(answer, "item"), ASKED
    digits, wanted = RIGHT[name]
    number = float(answer)
    number = 0.0 if abs(number) < 1e-9 else number
    margin = 0.2 * 10 ** (1 - digits)
    near = {f"{number * (1 + part):.{digits - 1}e}" for part in (-margin, 0, margin)}
    assert any(digest(name, text) == wanted for text in near), WRONG
    print(GOOD)
