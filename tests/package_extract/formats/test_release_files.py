from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.release_files import parse_busybox, parse_release_file, preference


@pytest.mark.parametrize(
    ("basename", "content", "identifier", "version", "name"),
    [
        ("redhat-release", "CentOS release 6.10 (Final)\n", "centos", "6.10", "CentOS"),
        ("centos-release", "CentOS Linux release 7.9.2009 (Core)", "centos", "7.9.2009", "CentOS Linux"),
        (
            "redhat-release",
            "Red Hat Enterprise Linux Server release 5.11 (Tikanga)",
            "rhel",
            "5.11",
            "Red Hat Enterprise Linux Server",
        ),
        ("fedora-release", "Fedora release 20 (Heisenbug)", "fedora", "20", "Fedora"),
        ("oracle-release", "Oracle Linux Server release 6.8", "ol", "6.8", "Oracle Linux Server"),
        ("system-release", "Amazon Linux AMI release 2016.09", "amzn", "2016.09", "Amazon Linux AMI"),
        ("redhat-release", "Scientific Linux release 6.4 (Carbon)", "scientific", "6.4", "Scientific Linux"),
        ("SuSE-release", "openSUSE 13.1 (x86_64)\nVERSION = 13.1\n", "opensuse", "13.1", "openSUSE"),
        ("photon-release", "VMware Photon Linux 1.0\nPHOTON_BUILD_NUMBER=1", "photon", "1.0", "VMware Photon Linux"),
        ("mariner-release", "CBL-Mariner 2.0.2\nMARINER_BUILD_NUMBER=1", "mariner", "2.0.2", "CBL-Mariner"),
        ("mariner-release", "MARINER_BUILD_NUMBER=1\n", "mariner", None, None),
        ("altlinux-release", "ALT Server 10.1 (Name)", "altlinux", "10.1", "ALT Server"),
        ("altlinux-release", "ALT Starterkit (Name)", "altlinux", None, None),
        ("manjaro-release", "Manjaro Linux", "manjaro", None, None),
        ("gentoo-release", "Gentoo Base System release 2.2", "gentoo", "2.2", "Gentoo Base System"),
        ("alpine-release", "3.2.3\n", "alpine", "3.2.3", "Alpine Linux"),
        ("debian_version", "6.0.10\n", "debian", "6.0.10", "Debian GNU/Linux"),
        ("debian_version", "bookworm/sid\n", "debian", None, "Debian GNU/Linux"),
        ("slackware-version", "Slackware 14.1", "slackware", "14.1", "Slackware"),
        ("arch-release", "", "arch", None, "Arch Linux"),
        (
            "lsb-release",
            'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_DESCRIPTION="x"',
            "ubuntu",
            "10.04",
            "Ubuntu",
        ),
        ("system-release-cpe", "cpe:/o:centos:linux:6:GA\n", "centos", "6", None),
        ("system-release-cpe", "cpe:/o:redhat:enterprise_linux:7.1:ga:server", "rhel", "7.1", None),
    ],
)
def test_release_files(basename: str, content: str, identifier: str, version: str | None, name: str | None) -> None:
    release = parse_release_file(basename, content.encode())
    assert release is not None
    assert (release.id, release.version_id, release.name) == (identifier, version, name)


@pytest.mark.parametrize(
    ("basename", "content"),
    [
        ("redhat-release", ""),
        ("app-release", "2024.1 of the application"),
        ("app-release", "App 2.1"),
        ("lsb-release", "LSB_VERSION=base-4.0-amd64"),
        ("oem-release", "OEM release 1.0"),
        ("system-release-cpe", "garbage"),
    ],
)
def test_what_names_no_distribution(basename: str, content: str) -> None:
    assert parse_release_file(basename, content.encode()) is None


def test_busybox() -> None:
    release = parse_busybox(b"\x7fELF...BusyBox v1.36.1 (2024-06-10 07:11:47 UTC)\0BusyBox is copyrighted")
    assert release is not None
    assert (release.id, release.version_id) == ("busybox", "1.36.1")
    assert parse_busybox(b"BusyBox vintage") is None


def test_a_vendor_comes_before_those_that_it_imitates() -> None:
    names = ["alpine-release", "debian_version", "lsb-release", "redhat-release", "oracle-release", "system-release"]
    assert sorted(names, key=preference)[:3] == ["oracle-release", "redhat-release", "system-release"]


@given(
    st.sampled_from(
        ["redhat-release", "SuSE-release", "debian_version", "lsb-release", "system-release-cpe", "x-release"]
    ),
    st.binary(max_size=300),
)
def test_any_bytes(basename: str, data: bytes) -> None:
    release = parse_release_file(basename, data)
    assert release is None or release.id


def test_a_long_line_ends_soon() -> None:
    assert parse_release_file("SuSE-release", b"a " * 1_000_000) is None
    assert parse_release_file("redhat-release", b"release " * 1_000_000) is None
