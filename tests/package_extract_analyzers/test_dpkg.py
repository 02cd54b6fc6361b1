from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract_analyzers import dpkg
from package_extract_analyzers.dpkg import Dpkg

STATUS = b"""Package: libc6
Status: install ok installed
Section: libs
Installed-Size: 12345
Maintainer: Some One <one@example.org>
Architecture: amd64
Multi-Arch: same
Source: glibc (2.36-9)
Version: 2.36-9+b1
Replaces: libc6-amd64
Provides: libc6-2.36,
 other (= 1)
Pre-Depends: x | y
Depends: libgcc-s1, libcrypt1 (>= 1:4.4.10-10)
Conffiles:
 /etc/ld.so.conf.d/x.conf 0123456789abcdef0123456789abcdef
Description: library

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1
"""

LIBC6 = {
    "name": "libc6",
    "version": "2.36-9+b1",
    "architecture": "amd64",
    "status": "install ok installed",
    "installed": True,
    "source": "glibc",
    "source_version": "2.36-9",
    "section": "libs",
    "maintainer": "Some One <one@example.org>",
    "installed_size": 12345 * 1024,
    "depends": ["libgcc-s1", "libcrypt1 (>= 1:4.4.10-10)"],
    "pre_depends": ["x | y"],
    "provides": ["libc6-2.36", "other (= 1)"],
    "replaces": ["libc6-amd64"],
    "database": "var/lib/dpkg/status",
    "layer": None,
}


def stanza(name: str, version: str = "1", **fields: str) -> bytes:
    lines = {"Package": name, "Version": version, "Status": "install ok installed", "Architecture": "all", **fields}
    return "".join(f"{key}: {value}\n" for key, value in lines.items() if value).encode() + b"\n"


def names(section: dict[str, Any]) -> list[str]:
    return [package["name"] for package in section["packages"]]


def test_fields(root: Any) -> None:
    image = root({"var/lib/dpkg/status": STATUS, "var/lib/dpkg/status-old": stanza("old")})
    gone, libc6 = image.analyze(Dpkg())["packages"]
    assert libc6 == LIBC6
    assert (gone["status"], gone["installed"], gone["source"]) == ("deinstall ok config-files", False, "gone")
    assert gone["installed_size"] is None
    assert image.problems == []


@pytest.mark.parametrize(
    ("status", "installed"),
    [
        ("install ok installed", True),
        ("deinstall ok installed", True),
        ("hold reinstreq installed", True),
        ("install user installed", True),
        ("install ok  Installed", True),
        ("install ok half-configured", False),
        ("install ok unpacked", False),
        ("purge ok not-installed", False),
        ("installed", False),
        ("", False),
    ],
)
def test_installed_is_the_third_word(root: Any, status: str, installed: bool) -> None:
    (package,) = root({"var/lib/dpkg/status": stanza("a", Status=status)}).analyze(Dpkg())["packages"]
    assert (package["installed"], package["status"]) == (installed, " ".join(status.lower().split()) or None)


def test_a_package_that_was_never_installed_needs_no_version(root: Any) -> None:
    image = root({"var/lib/dpkg/status": stanza("a", "", Status="purge ok not-installed") + stanza("b")})
    assert names(image.analyze(Dpkg())) == ["b"]
    assert image.problems == []


def test_distroless(root: Any) -> None:
    files = {
        "var/lib/dpkg/status.d/tzdata": b"Package: tzdata\nVersion: 2024a\nArchitecture: all\n",
        "var/lib/dpkg/status.d/tzdata.md5sums": b"0123456789abcdef0123456789abcdef  usr/share/zoneinfo/UTC\n",
        "var/lib/dpkg/status.d/base": stanza("base-files", Status=""),
    }
    image = root(files)
    base, tzdata = image.analyze(Dpkg())["packages"]
    assert (tzdata["installed"], tzdata["status"]) == (True, None)
    assert (base["name"], base["database"]) == ("base-files", "var/lib/dpkg/status.d/base")
    owner = {"type": "deb", "name": "tzdata", "version": "2024a"}
    assert image.owners == {"usr/share/zoneinfo/UTC": owner}


def test_the_layer_is_that_of_the_list_of_files(root: Any) -> None:
    files = {
        "var/lib/dpkg/status": stanza("listed") + stanza("multiarch", Architecture="amd64") + stanza("unlisted"),
        "var/lib/dpkg/info/listed.list": b"/.\n",
        "var/lib/dpkg/info/multiarch:amd64.list": b"/.\n",
        "var/lib/dpkg/status.d/slim": stanza("slim", Status=""),
    }
    layers = {package["name"]: package["layer"] for package in root(files).analyze(Dpkg())["packages"]}
    assert layers == {"listed": 0, "multiarch": 0, "slim": 0, "unlisted": None}


def test_a_status_in_status_d_counts(root: Any) -> None:
    files = {"var/lib/dpkg/status.d/a": stanza("a", Status="deinstall ok config-files") + stanza("b")}
    assert [package["installed"] for package in root(files).analyze(Dpkg())["packages"]] == [False, True]


def test_owned_files(root: Any) -> None:
    files = {
        "var/lib/dpkg/status": STATUS + b"\n" + stanza("b"),
        "var/lib/dpkg/info/libc6:amd64.list": b"/.\n/lib\n/lib/libc.so.6\n/lib64\n/usr\n/usr/share\n/usr/share/x\xff\n",
        "var/lib/dpkg/info/libc6:i386.list": b"/.\n/lib/other\n",
        "var/lib/dpkg/info/b.list": b"/.\n/bin\n/bin/b",
        "var/lib/dpkg/info/unknown.list": b"/.\n/bin/u\n",
    }
    image = root(files)
    image.analyze(Dpkg())
    assert {path: owner["name"] for path, owner in image.owners.items()} == {
        "lib/libc.so.6": "libc6",
        "lib64": "libc6",
        "usr/share/x\udcff": "libc6",
        "bin/b": "b",
    }


def test_configuration_files_stand_in_for_a_list_that_is_not_there(root: Any) -> None:
    image = root({"var/lib/dpkg/status": STATUS})
    image.analyze(Dpkg())
    assert {path: owner["name"] for path, owner in image.owners.items()} == {"etc/ld.so.conf.d/x.conf": "libc6"}


def test_diversions(root: Any) -> None:
    files = {
        "var/lib/dpkg/status": stanza("dash") + stanza("bash") + stanza("local"),
        "var/lib/dpkg/diversions": b"/bin/sh\n/bin/sh.distrib\ndash\n/bin/x\n/bin/x.real\n:\n",
        "var/lib/dpkg/info/dash.list": b"/.\n/bin/dash\n/bin/sh\n",
        "var/lib/dpkg/info/bash.list": b"/.\n/bin/bash\n/bin/sh\n/bin/x\n",
    }
    image = root(files)
    image.analyze(Dpkg())
    owners = {path: owner["name"] for path, owner in image.owners.items()}
    assert owners == {
        "bin/dash": "dash",
        "bin/sh": "dash",
        "bin/bash": "bash",
        "bin/sh.distrib": "bash",
        "bin/x.real": "bash",
    }


def test_databases_elsewhere(root: Any) -> None:
    files = {
        "var/lib/dpkg/status": stanza("a"),
        "opt/chroot/var/lib/dpkg/status": stanza("a"),
        "opt/chroot/var/lib/dpkg/info/a.list": b"/.\n/bin/a\n",
        "srv/lib/dpkg/status": stanza("c"),
        "srv/xlib/dpkg/status": stanza("d"),
        "srv/vcpkg/status": stanza("e"),
    }
    image = root(files)
    section = image.analyze(Dpkg())
    assert [(package["name"], package["database"]) for package in section["packages"]] == [
        ("a", "opt/chroot/var/lib/dpkg/status"),
        ("a", "var/lib/dpkg/status"),
        ("c", "srv/lib/dpkg/status"),
    ]
    assert "opt/chroot/bin/a" in image.owners


def test_a_database_with_two_names_counts_once(root: Any) -> None:
    files = {"usr/lib/dpkg/status": stanza("a"), "var/lib/dpkg/status": stanza("a")}
    assert names(root(files).analyze(Dpkg())) == ["a"]


def test_opkg(root: Any) -> None:
    files = {
        "usr/lib/opkg/status": stanza("busybox", Status="install user installed", **{"Installed-Size": "500"}),
        "usr/lib/opkg/info/busybox.list": b"/bin/busybox\t0100755\n/bin/sh\t0120777\tbusybox\n",
    }
    image = root(files)
    (package,) = image.analyze(Dpkg())["packages"]
    assert (package["installed"], package["installed_size"]) == (True, 500)
    assert set(image.owners) == {"bin/busybox", "bin/sh"}


def test_the_last_stanza_of_a_package_counts(root: Any) -> None:
    files = {"var/lib/dpkg/status": stanza("a", "1") + stanza("a", "2") + stanza("a", "1", Architecture="i386")}
    image = root(files)
    packages = image.analyze(Dpkg())["packages"]
    assert [(package["version"], package["architecture"]) for package in packages] == [("1", "i386"), ("2", "all")]
    assert [(p["code"], p["message"]) for p in image.problems] == [
        ("duplicate", "line 6: a is given twice; version 1 is left out")
    ]


def test_what_dpkg_refuses_is_kept_and_told(root: Any) -> None:
    status = stanza("a", **{"Installed-Size": "4KB"}) + b"Package: b\n\nVersion: 3\n\njunk\n" + stanza("c")
    image = root({"var/lib/dpkg/status": status})
    assert names(image.analyze(Dpkg())) == ["a", "c"]
    assert [(p["code"], p["severity"], p["message"].partition(":")[0]) for p in image.problems] == [
        ("malformed", "warning", "line 11"),
        ("malformed", "warning", "line 1"),
        ("incomplete", "error", "line 7"),
        ("incomplete", "error", "line 9"),
    ]


def test_blanks_in_front_of_a_colon(root: Any) -> None:
    image = root({"var/lib/dpkg/status": b"Package : a\nVersion\t: 1\nStatus  : install ok installed\n"})
    (package,) = image.analyze(Dpkg())["packages"]
    assert (package["name"], package["version"], package["installed"], image.problems) == ("a", "1", True, [])


def test_the_status_file_of_vcpkg_is_refused(root: Any) -> None:
    image = root({"var/lib/dpkg/status": stanza("zlib", Abi="00662f") + stanza("curl", "", Feature="ssl")})
    assert image.analyze(Dpkg()) == {"packages": []}
    assert [problem["code"] for problem in image.problems] == ["not-dpkg"]


def test_a_status_file_that_is_too_large(root: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dpkg, "_LARGEST", len(stanza("a")))
    image = root({"var/lib/dpkg/status": stanza("a") + stanza("b")})
    assert names(image.analyze(Dpkg())) == ["a"]
    assert [problem["code"] for problem in image.problems] == ["limit"]
    assert list(Dpkg().ranges(memoryview(b""), 10)) == [(0, 10)]


NAMES = ["status", "status.d/a", "status.d/a.md5sums", "info/a.list", "diversions"]


@given(files=st.dictionaries(st.sampled_from(NAMES), st.binary(max_size=80) | st.sampled_from([STATUS, stanza("a")])))
def test_any_bytes(root: Any, files: dict[str, bytes]) -> None:
    image = root({f"var/lib/dpkg/{name}": content for name, content in files.items()})
    assert image.analyze(Dpkg())["packages"] or STATUS not in (files.get("status"), files.get("status.d/a"))
