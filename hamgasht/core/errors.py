"""The engine's errors: one line each, which names the file, the place and the fix."""

from pathlib import Path


class HamgashtError(Exception):
    """Something that a person can fix.

    Args:
        file: The file at fault, best relative to the project's root.
        place: Where in it: a line number, a cell, a key; empty where the whole
            file is meant.
        problem: What is wrong, as a clause without a full stop.
        fix: What to do about it, as a clause without a full stop.
    """

    def __init__(
        self, file: str | Path, place: str | int, problem: str, fix: str
    ) -> None:
        self.file = str(file)
        self.place = str(place)
        self.problem = one_line(problem)
        self.fix = one_line(fix)
        super().__init__(self.file, self.place, self.problem, self.fix)

    def __str__(self) -> str:
        where = f"{self.file}:{self.place}" if self.place else self.file
        return f"{where}: {self.problem}. Fix: {self.fix}."


class SnippetError(HamgashtError):
    """A snippet's file is malformed: header, titles, tags, dependencies."""


class ExecutionError(HamgashtError):
    """A snippet failed while it ran: raised, hung, printed too much, warned."""


class RecordError(HamgashtError):
    """What a snippet gave cannot be recorded: a label, a value, a path, the disk."""


class OutputError(HamgashtError):
    """Recorded outputs are missing, damaged or edited by hand."""


class DataError(HamgashtError):
    """A data set cannot be fetched, trusted, unpacked, or published."""


class DeviceError(HamgashtError):
    """A device that was asked for is not there, or cannot be used."""


class ClusterError(HamgashtError):
    """A cluster cannot be reached, or cannot take or finish a job."""


class EmbedError(HamgashtError):
    """A chapter asks for something that is not there."""


def one_line(text: str) -> str:
    """Return ``text`` with every run of white space folded into one space."""
    return " ".join(text.split())


class SiteError(HamgashtError):
    """A site cannot be built or served."""
