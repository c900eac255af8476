"""What a snippet's YAML header tells the engine.

Takes in the text of a percent-format file; gives out a :class:`Header`. Only the
header is parsed here (no Jupytext), because every command reads all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import yaml

from hamgasht.core.errors import SnippetError

DEVICES = ("cpu", "gpu")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
        smoke: Parameters (names to values) that the smoke profile overrides.
        tolerances: By value name, and under ``default`` for every other number:
            how far a re-run may differ, absolute or relative, whichever is kinder.
    """

    limit: float = 120
    needs: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    device: str = "cpu"
    smoke: Mapping[str, Any] = field(default_factory=dict)
    tolerances: Mapping[str, float] = field(default_factory=dict)

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
    raw = _section(text, name)
    known = {item.name for item in fields(Header)}
    for key in raw:
        if key not in known:
            raise SnippetError(
                name,
                f"header, {key}",
                f"unknown key {key!r} under hamgasht",
                f"use one of {', '.join(sorted(known))}",
            )
    values = {key: _checked(key, value, name) for key, value in raw.items()}
    return Header(**values)


def _section(text: str, name: str) -> dict[str, Any]:
    """Return the raw ``jupyter.hamgasht`` mapping of the header, or an empty one."""
    if not text.startswith("# ---"):
        return {}
    body, found, _ = text[len("# ---") :].partition("\n# ---")
    if not found:
        raise SnippetError(
            name, 1, "the header has no end", "close it with a line '# ---'"
        )
    if "hamgasht" not in body:
        return {}
    lines = [line.removeprefix("#").removeprefix(" ") for line in body.splitlines()]
    try:
        section = yaml.load("\n".join(lines), Loader=_Loader)["jupyter"]["hamgasht"]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise SnippetError(
            name, line, f"the header cannot be read: {problem}", "write valid YAML"
        ) from None
    except (KeyError, TypeError):
        raise SnippetError(
            name,
            1,
            "the header holds 'hamgasht' outside 'jupyter:'",
            "indent 'hamgasht:' under 'jupyter:'",
        ) from None
    if not isinstance(section, dict):
        raise SnippetError(
            name, 1, "'hamgasht' is no mapping", "write 'key: value' lines under it"
        )
    return section


def _checked(key: str, value: Any, name: str) -> Any:
    """Return a header value in its final type, or raise with what it should be."""
    match key:
        case "limit" if _is_number(value) and value > 0:
            return float(value)
        case "needs" | "data" if _is_list_of_text(value):
            return tuple(value)
        case "device" if value in DEVICES:
            return value
        case "smoke" if isinstance(value, dict) and all(
            isinstance(item, str) and item.isidentifier() for item in value
        ):
            return value
        case "tolerances" if isinstance(value, dict) and all(
            isinstance(item, str) and _is_number(number) and number >= 0
            for item, number in value.items()
        ):
            return {item: float(number) for item, number in value.items()}
    wanted = {
        "limit": "a positive number of seconds",
        "needs": "a list of snippet ids",
        "data": "a list of names under data/",
        "device": "cpu or gpu",
        "smoke": "a mapping of parameter names to values",
        "tolerances": "a mapping of value names (or default) to numbers from 0 "
        "(write 1.0e-6 with its dot)",
    }[key]
    raise SnippetError(
        name, f"header, {key}", f"{value!r} is not {wanted}", f"give {wanted}"
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
