from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from package_extract.resolver.errors import InvalidConfiguration
from package_extract.resolver.index.pip_configuration import PipConfiguration

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with nothing configured."""
    import os

    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "system"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    monkeypatch.setattr("package_extract.resolver.index.pip_configuration._SYSTEM_FILE", tmp_path / "etc/pip.conf")
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_later_places_count(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        home / "system/pip/pip.conf", "[global]\nindex-url = https://system.example/simple\ntimeout = 3\ncert = /ca\n"
    )
    write(home / "config/pip/pip.conf", "[global]\nindex_url = https://user.example/simple\ntimeout = 4\n")
    write(home / "venv/pip.conf", "[install]\ntimeout = 5\n[global]\ntimeout = 6\n")
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable.example/simple")
    monkeypatch.setenv("PIP_RETRIES", "7")

    options = PipConfiguration.of_this_user().index_options()

    assert options.index_url == "https://variable.example/simple"
    assert (options.timeout, options.retries, options.cert) == (5, 7, "/ca")


def test_a_named_file_takes_the_place_of_the_users(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / "config/pip/pip.conf", "[global]\nindex-url = https://user.example/simple\nproxy = user\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(write(home / "mine.conf", "[global]\ntimeout = 9\n")))

    options = PipConfiguration.of_this_user().index_options()

    assert (options.timeout, options.proxy, options.index_url) == (9, None, None)


def test_no_files_at_all(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / "config/pip/pip.conf", "[global]\nproxy = user\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    assert PipConfiguration.of_this_user().index_options().proxy is None


def test_lists_switches_and_other_names(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / "config/pip/pip.conf", "[global]\nextra-index-url =\n    https://a.example\n    https://b.example\n")
    monkeypatch.setenv("PIP_FIND_LINKS", "/one /two")
    monkeypatch.setenv("PIP_TRUSTED_HOST", "a.example")
    monkeypatch.setenv("PIP_NO_INDEX", "true")
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "180")
    monkeypatch.setenv("PIP_CONSTRAINT", "bounds.txt")
    monkeypatch.setenv("PIP_PRE", "1")
    monkeypatch.setenv("PIP_CERT", "")

    configuration = PipConfiguration.of_this_user()
    options = configuration.index_options()

    assert options.extra_index_urls == ("https://a.example", "https://b.example")
    assert options.find_links == ("/one", "/two")
    assert options.trusted_hosts == ("a.example",)
    assert (options.no_index, options.timeout, options.cert) == (True, 180, None)
    assert configuration.constraint_files() == ("bounds.txt",)
    assert configuration.prereleases()


@pytest.mark.parametrize(("name", "value"), [("TIMEOUT", "soon"), ("NO_INDEX", "perhaps"), ("RETRIES", "-1")])
def test_values_that_make_no_sense(home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"PIP_{name}", value)
    with pytest.raises(InvalidConfiguration, match=value):
        PipConfiguration.of_this_user().index_options()


@pytest.mark.parametrize("content", [b"no section = 1\n", b"[global]\nindex-url = \xff\n"])
def test_a_file_that_is_no_configuration(home: Path, content: bytes) -> None:
    (home / "config/pip").mkdir(parents=True)
    (home / "config/pip/pip.conf").write_bytes(content)
    with pytest.raises(InvalidConfiguration, match=r"pip\.conf"):
        PipConfiguration.of_this_user()


def test_pip_finds_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / "config/pip/pip.conf", "[global]\nindex-url = https://user.example/simple\ncert = /ca\n")
    write(home / ".pip/pip.conf", "[global]\nindex-url = https://old.example/simple\nproxy = old\n")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://a.example")
    said = {}
    command = [sys.executable, "-m", "pip", "config", "list"]
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        name, _, value = line.partition("=")
        said[name.rpartition(".")[2]] = value.strip("'")

    options = PipConfiguration.of_this_user().index_options()

    assert (options.cert, options.proxy) == (said["cert"], said["proxy"])
    assert options.extra_index_urls == (said["extra-index-url"],)
    assert options.index_url == "https://user.example/simple"


def test_a_section_counts_before_a_place(home: Path) -> None:
    write(home / "system/pip/pip.conf", "[install]\nindex-url = https://install.example/simple\nproxy = system\n")
    write(home / "config/pip/pip.conf", "[global]\nindex-url = https://global.example/simple\ncert = /ca\n")
    write(home / "venv/pip.conf", "[global]\ncert =\n[install]\nproxy =\n")

    options = PipConfiguration.of_this_user().index_options()

    assert options.index_url == "https://install.example/simple"
    assert (options.proxy, options.cert) == (None, None)
