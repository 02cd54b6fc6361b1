"""What can go wrong with indexes and requirements; each is one sentence and carries its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.errors import PackageExtractError

if TYPE_CHECKING:
    from package_extract.resolver.conflict import Conflict

__all__ = [
    "CorruptDistribution",
    "CorruptPage",
    "HashMismatch",
    "IndexAccessDenied",
    "IndexUnreachable",
    "InvalidConfiguration",
    "InvalidRequirement",
    "InvalidRequirementsFile",
    "InvalidTarget",
    "MissingFile",
    "NoHash",
    "NoSolution",
    "NoSuchPython",
    "Offline",
    "RangesNotServed",
    "ResolverError",
    "UNUSABLE_FILE",
    "UnknownProject",
]


class ResolverError(PackageExtractError):
    """Base of the resolver's errors."""


class UnknownProject(ResolverError, LookupError):
    """No index lists the project."""

    def __init__(self, name: str, asked: str) -> None:
        """`asked` says where it was looked for, for example "the index https://example.org/simple"."""
        super().__init__(f"no project is called {name!r} at {asked}; check the spelling and the indexes")
        self.name = name


class Offline(ResolverError):
    """Something is needed that is not in the cache, and the network is not to be used."""


class IndexUnreachable(ResolverError):
    """An index cannot be reached, or answers with errors even after retries."""


class IndexAccessDenied(ResolverError):
    """An index wants credentials, or other ones."""

    exit_code = 4


class CorruptPage(ResolverError, ValueError):
    """An index answers with something that is no page of the simple repository API."""

    exit_code = 5


class CorruptDistribution(ResolverError, ValueError):
    """A wheel that cannot be read, or has no metadata that can."""

    exit_code = 5


class HashMismatch(ResolverError, ValueError):
    """Bytes that were downloaded are not those that the index or the user names."""

    exit_code = 5

    def __init__(self, subject: str, algorithm: str, expected: str, found: str) -> None:
        """`subject` is the file's name, or "the metadata of …"."""
        super().__init__(f"{subject} is not what its index lists: {algorithm} {expected} expected, {found} found")
        self.subject, self.expected, self.found = subject, expected, found


class MissingFile(ResolverError, LookupError):
    """A file that an index lists, or that was asked for by its address, is not there."""


class RangesNotServed(ResolverError):
    """The server of a file gives it only as a whole."""


UNUSABLE_FILE = (MissingFile, CorruptDistribution, HashMismatch)
"""What is wrong with one file and says nothing of others: it is passed over, and the reason is told."""


class InvalidConfiguration(ResolverError, ValueError):
    """pip's configuration or environment variables cannot be understood."""

    exit_code = 2


class InvalidRequirement(ResolverError, ValueError):
    """A requirement on the command line is not written as PEP 508 says."""

    exit_code = 2


class InvalidRequirementsFile(ResolverError, ValueError):
    """A file of requirements cannot be read or understood; the sentence begins with "file:line"."""

    exit_code = 5


class InvalidTarget(ResolverError, ValueError):
    """The words that describe a target cannot be understood."""

    exit_code = 2


class NoSuchPython(ResolverError, LookupError):
    """The image has no Python interpreter that could be meant, or several."""

    exit_code = 3


class NoSolution(ResolverError):
    """The requirements cannot be met together; the message says why and what to relax."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(conflict.text())
        self.conflict = conflict

    @classmethod
    def simply(cls, sentence: str) -> NoSolution:
        """One that a single fact explains."""
        from package_extract.resolver.conflict import Conflict

        return cls(Conflict((), (sentence,), ()))


class NoHash(ResolverError, LookupError):
    """A lock file with hashes was asked for, and an index tells none."""
