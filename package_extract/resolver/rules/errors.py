"""What can go wrong with rules as a whole; what is wrong with one file is a `loading.Problem`."""

from __future__ import annotations

from typing import ClassVar

from package_extract.errors import PackageExtractError

__all__ = ["InvalidAdvisories", "InvalidFacts", "InvalidIndex", "NoSuchRules", "RulesError"]


class RulesError(PackageExtractError):
    """Base of the errors about rules."""


class NoSuchRules(RulesError, LookupError):
    """There are no rules at the path given."""

    exit_code: ClassVar[int] = 3


class InvalidIndex(RulesError, ValueError):
    """A file is no index of rules, or one of another version."""

    exit_code: ClassVar[int] = 5


class InvalidFacts(RulesError, ValueError):
    """Facts about hardware that cannot be understood."""

    exit_code: ClassVar[int] = 5


class InvalidAdvisories(RulesError, ValueError):
    """A file of security advisories that cannot be understood."""

    exit_code: ClassVar[int] = 5
