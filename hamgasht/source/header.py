"""A snippet's YAML header: what the engine must know before it runs.

Jupytext is not asked, because every command reads the headers of all snippets.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Literal

import msgspec
import yaml

from hamgasht.core.backends import BACKENDS
from hamgasht.core.errors import SnippetError

# As Jupytext has it: below lines for the shell and on the encoding.
_HEAD = re.compile(
    r"(?:#!.*\n)?(?:[ \t\f]*#.*?coding[:=].*\n)?"
    r"(?:(?:#[ \t]*\n)*(?P<open># ?---[ \t]*\n)"
    r"(?:(?P<body>(?:#.*\n)*?)# ?---[ \t]*(?:\n|\Z))?)?"
)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Identifier = Annotated[str, msgspec.Meta(pattern=r"^[^\W\d]\w*$")]
_Seconds = Annotated[float, msgspec.Meta(gt=0, le=1e9)]
_Tolerance = Annotated[float, msgspec.Meta(ge=0, le=1e300)]
_SnippetId = Annotated[str, msgspec.Meta(pattern=r"^[\w-]+/[\w-]+$")]
_DataName = Annotated[str, msgspec.Meta(pattern=r"^\w[\w.-]*(/\w[\w.-]*)*$")]
_Plain = bool | int | Annotated[float, msgspec.Meta(ge=-1e300, le=1e300)] | str | None
_Parameter = _Plain | list[_Plain | list[_Plain]] | dict[str, _Plain]
_WANTED = {
    "limit": "a positive number of seconds",
    "needs": "a list of snippet ids",
    "data": "a list of names under data/",
    "device": "cpu or gpu",
    "backend": f"one of {', '.join(BACKENDS)}",
    "backends": "the word compared",
    "smoke": "a mapping of parameter names to values",
    "tolerances": "a mapping of value names (or default) to numbers from 0 "
    "(write 1.0e-6 with its dot)",
}


@dataclass(frozen=True)
class Header:
    """The ``hamgasht`` section of a snippet's Jupytext header.

    Attributes:
        limit: Seconds that the whole snippet may run. A snippet that asks for more
            than the default finds a folder ``checkpoints`` that outlives its run
            until it is recorded.
        needs: Ids of the snippets whose artefacts it reads.
        data: Names of the files or folders under ``data/`` that it reads; in
            ``smoke`` a data set of the course is its generated stand-in.
        device: ``cpu``, or ``gpu`` for a snippet that trains for long.
        backend: What Keras computes with, on every machine; ``None`` leaves it to
            the variable ``KERAS_BACKEND``, and without that to TensorFlow.
        backends: ``compared`` for a snippet that may read artefacts made on
            different backends, because it compares them.
        smoke: Parameters (names to values) that the smoke profile overrides.
        tolerances: By value name, and under ``default`` for every other number:
            how far a re-run may differ, absolute or relative, whichever is kinder.
    """

    limit: _Seconds = 120.0
    needs: tuple[_SnippetId, ...] = ()
    data: tuple[_DataName, ...] = ()
    device: Literal["cpu", "gpu"] = "cpu"
    backend: Literal["tensorflow", "jax", "torch"] | None = None
    backends: Literal["compared"] | None = None
    smoke: Mapping[_Identifier, _Parameter] = field(default_factory=dict)
    tolerances: Mapping[str, _Tolerance] = field(default_factory=dict)

    @property
    def long(self) -> bool:
        """Whether it may run so long that an interrupted run should go on."""
        return self.limit > Header.limit


def read_header(text: str, name: str) -> Header:
    """Return the header of a snippet.

    Args:
        text: The snippet's source.
        name: The snippet's path, for error messages.

    Raises:
        SnippetError: The header is not YAML, or has an unknown key or a value of
            the wrong type.
    """
    section = _read_section(text, name)
    known = sorted(item.name for item in fields(Header))
    for key in section:
        if key not in known:
            raise SnippetError(
                name,
                f"header, {key}",
                f"unknown key {key!r} under hamgasht",
                f"use one of {', '.join(known)}",
            )
    try:
        return msgspec.convert(section, Header)
    except msgspec.ValidationError as error:
        # The path in its message, "at `$.limit`", is the one place that has the key.
        key = re.search(r"`(?:key in )?\$\.(\w+)", str(error))[1]
        raise SnippetError(
            name,
            f"header, {key}",
            f"{section[key]!r} is not {_WANTED[key]}",
            f"give {_WANTED[key]}",
        ) from None


def count_header_lines(text: str) -> int:
    """Return how many lines of a snippet belong to its header."""
    return text[: _HEAD.match(text).end()].count("\n")


def _read_section(text: str, name: str) -> dict[str, Any]:
    """Return the raw ``jupyter.hamgasht`` mapping of the header, or an empty one."""
    head = _HEAD.match(text)
    if not head["open"]:
        return {}
    body, above = head["body"], text[: head.end("open")].count("\n")
    if body is None:
        raise SnippetError(
            name, above, "the header has no end", "close it with a line '# ---'"
        )
    if "hamgasht" not in body:
        return {}
    lines = [line.removeprefix("#").removeprefix(" ") for line in body.splitlines()]
    try:
        section = yaml.load("\n".join(lines), Loader=_Loader)["jupyter"]["hamgasht"]
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date 2020-99-99
        mark = getattr(error, "problem_mark", None)
        line = above + (mark.line + 1 if mark else 0)
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise SnippetError(
            name, line, f"the header cannot be read: {problem}", "write valid YAML"
        ) from None
    except (KeyError, TypeError):
        raise SnippetError(
            name,
            above,
            "the header holds 'hamgasht' outside 'jupyter:'",
            "indent 'hamgasht:' under 'jupyter:'",
        ) from None
    if not isinstance(section, dict):
        raise SnippetError(
            name, above, "'hamgasht' is no mapping", "write 'key: value' lines under it"
        )
    return section
