from __future__ import annotations

from typing import Any

import pytest

from package_extract_analyzers.os_release import OsRelease

DEBIAN = b'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'
NOTHING = {"id": None, "version_id": None, "name": None, "pretty_name": None, "id_like": [], "fields": {}, "path": None}


def test_fields(root: Any) -> None:
    section = root({"etc/os-release": DEBIAN + b"ID_LIKE='rhel  fedora'\nEMPTY=\n"}).analyze(OsRelease())
    assert section == {
        "id": "debian",
        "version_id": "12",
        "name": "Debian GNU/Linux",
        "pretty_name": "Debian GNU/Linux 12 (bookworm)",
        "id_like": ["rhel", "fedora"],
        "fields": {
            "ID": "debian",
            "VERSION_ID": "12",
            "NAME": "Debian GNU/Linux",
            "PRETTY_NAME": "Debian GNU/Linux 12 (bookworm)",
            "ID_LIKE": "rhel  fedora",
            "EMPTY": "",
        },
        "path": "etc/os-release",
    }


@pytest.mark.parametrize(
    "target", ["../usr/lib/os-release", "/usr/lib/os-release", "../../../usr/lib/os-release", "gone"]
)
def test_links(root: Any, target: str) -> None:
    section = root({"etc/os-release": target, "usr/lib/os-release": DEBIAN}).analyze(OsRelease())
    assert (section["id"], section["path"]) == ("debian", "usr/lib/os-release")


def test_a_link_to_a_variant(root: Any) -> None:
    files = {
        "etc/os-release": "../usr/lib/os-release",
        "usr/lib/os-release": "./os.release.d/os-release-silverblue",
        "usr/lib/os.release.d/os-release-silverblue": b"ID=fedora\nVARIANT_ID=silverblue\n",
    }
    section = root(files).analyze(OsRelease())
    assert section["path"] == "usr/lib/os.release.d/os-release-silverblue"
    assert section["fields"]["VARIANT_ID"] == "silverblue"


def test_etc_comes_first(root: Any) -> None:
    section = root({"etc/os-release": b"ID=a\n", "usr/lib/os-release": b"ID=b\n"}).analyze(OsRelease())
    assert section["id"] == "a"


def test_missing_keys_are_not_invented(root: Any) -> None:
    image = root({"etc/os-release": b"NAME=x\n", "etc/debian_version": b"12.1\n"})
    section = image.analyze(OsRelease())
    assert (section["id"], section["version_id"], section["fields"]) == (None, None, {"NAME": "x"})
    assert image.problems == []


def test_an_empty_file_leaves_the_word_to_the_next(root: Any) -> None:
    image = root({"etc/os-release": b"# nothing\n", "usr/lib/os-release": DEBIAN})
    assert image.analyze(OsRelease())["path"] == "usr/lib/os-release"
    assert [(p["code"], p["path"]) for p in image.problems] == [("empty", "etc/os-release")]
    assert root({"etc/os-release": b""}).analyze(OsRelease()) == {**NOTHING, "path": "etc/os-release"}


def test_release_files(root: Any) -> None:
    files = {
        "etc/redhat-release": "centos-release",
        "etc/centos-release": b"CentOS release 6.10 (Final)\n",
        "etc/system-release-cpe": b"cpe:/o:centos:linux:6:GA\n",
        "bin/busybox": b"\x7fELF BusyBox v1.30.1 (date)",
    }
    assert root(files).analyze(OsRelease()) == {
        **NOTHING,
        "id": "centos",
        "version_id": "6.10",
        "name": "CentOS",
        "pretty_name": "CentOS release 6.10 (Final)",
        "path": "etc/centos-release",
    }


@pytest.mark.parametrize(
    ("path", "content", "identifier"),
    [
        ("etc/debian_version", b"6.0.10\n", "debian"),
        ("etc/alpine-release", b"3.2.3\n", "alpine"),
        ("etc/system-release-cpe", b"cpe:/o:centos:linux:6:GA\n", "centos"),
        ("etc/lsb-release", b"DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\n", "ubuntu"),
        ("etc/slackware-version", b"Slackware 14.1\n", "slackware"),
        ("bin/busybox", b"\x7fELF BusyBox v1.30.1 (date)", "busybox"),
    ],
)
def test_each_fallback(root: Any, path: str, content: bytes, identifier: str) -> None:
    section = root({path: content}).analyze(OsRelease())
    assert (section["id"], section["path"], section["fields"]) == (identifier, path, {})


def test_nothing_is_there(root: Any) -> None:
    image = root({"etc/app-release": b"App 1.0", "home/x/os-release": DEBIAN, "etc/os-release": "os-release"})
    assert image.analyze(OsRelease()) == NOTHING
    assert image.problems == []


def test_a_huge_file(root: Any) -> None:
    image = root({"etc/os-release": b"ID=x\n" + b"#" * 300_000 + b"\nNAME=y\n"})
    assert image.analyze(OsRelease())["fields"] == {"ID": "x"}
    assert [problem["code"] for problem in image.problems] == ["limit"]
