"""What pip is configured to do: its configuration files and environment variables.

https://pip.pypa.io/en/stable/topics/configuration/. Where a setting stands in several places, the later of these
counts: the files of the system, of the user, of the environment that this program runs in, the file that
PIP_CONFIG_FILE names (which takes the place of the user's), variables named PIP_…. What any file has in [install]
counts before what all have in [global], and a value that is empty takes back what earlier files say in that section.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from package_extract.resolver.errors import InvalidConfiguration
from package_extract.resolver.index.options import IndexOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["PipConfiguration"]

_SYSTEM_FILE = Path("/etc/pip.conf")
_SECTIONS = ("global", "install")
_OTHER_NAMES = {"default-timeout": "timeout", "pypi-url": "index-url"}
_TRUE = frozenset({"y", "yes", "t", "true", "on", "1"})
_FALSE = frozenset({"n", "no", "f", "false", "off", "0"})


class PipConfiguration:
    """The settings of pip by the long names of its options, without dashes in front."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings

    @classmethod
    def of_this_user(cls) -> PipConfiguration:
        """What pip would find, if the user ran it here and now.

        Raises InvalidConfiguration for a file that cannot be understood; files that cannot be read are left out.
        """
        sections: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
        for path in _files(os.environ):
            for section, items in _read(path).items():
                sections[section] |= items
        variables = {_name(name[4:]): value for name, value in os.environ.items() if name.startswith("PIP_")}
        layers = [*sections.values(), variables]
        return cls({name: value for layer in layers for name, value in layer.items() if value})

    def index_options(self) -> IndexOptions:
        """The settings that say where packages come from."""
        return IndexOptions(
            index_url=self._settings.get("index-url"),
            extra_index_urls=self._words("extra-index-url"),
            find_links=self._words("find-links"),
            no_index=self._switch("no-index"),
            trusted_hosts=self._words("trusted-host"),
            cert=self._settings.get("cert"),
            client_cert=self._settings.get("client-cert"),
            proxy=self._settings.get("proxy"),
            timeout=self._number("timeout"),
            retries=_whole(self._number("retries")),
        )

    def constraint_files(self) -> tuple[str, ...]:
        """Files of constraints that every request is subject to."""
        return self._words("constraint")

    def prereleases(self) -> bool:
        """Whether pre-releases count like other versions."""
        return self._switch("pre")

    def _words(self, name: str) -> tuple[str, ...]:
        return tuple(self._settings.get(name, "").split())

    def _switch(self, name: str) -> bool:
        value = self._settings.get(name, "no").lower()
        if value not in _TRUE | _FALSE:
            raise InvalidConfiguration(f"pip is configured with {name} = {value[:60]!r}; only yes and no make sense")
        return value in _TRUE

    def _number(self, name: str) -> float | None:
        value = self._settings.get(name)
        try:
            number = None if value is None else float(value)
        except ValueError:
            number = -1.0
        if number is not None and not 0 <= number < 1e6:
            raise InvalidConfiguration(f"pip is configured with {name} = {str(value)[:60]!r}; a number is needed")
        return number


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _files(environment: Mapping[str, str]) -> Iterator[Path]:
    named = environment.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return
    for folder in environment.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"):
        yield Path(folder, "pip/pip.conf")
    yield _SYSTEM_FILE
    if not (named and Path(named).exists()):
        home = Path("~").expanduser()
        yield home / ".pip/pip.conf"
        yield Path(environment.get("XDG_CONFIG_HOME") or home / ".config", "pip/pip.conf")
    yield Path(sys.prefix, "pip.conf")
    if named:
        yield Path(named)


def _read(path: Path) -> dict[str, dict[str, str]]:
    """The settings of a file by section."""
    if not path.exists():
        return {}
    import configparser  # most users have no such file

    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(path.read_text(encoding="utf-8"), source=str(path))
    except OSError:
        return {}
    except (configparser.Error, UnicodeDecodeError) as error:
        raise InvalidConfiguration(f"{path} is no configuration of pip: {type(error).__name__}") from error
    found = filter(parser.has_section, _SECTIONS)
    return {section: {_name(name): value for name, value in parser.items(section)} for section in found}


def _name(name: str) -> str:
    name = name.lower().replace("_", "-").removeprefix("--")
    return _OTHER_NAMES.get(name, name)
