from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from package_extract import pipeline
from package_extract.document.abi import AbiSection
from package_extract.options import AnalyzeOptions
from tests.package_extract.formats.elf.writer import Elf

if TYPE_CHECKING:
    from pathlib import Path

LIB = "usr/lib/x86_64-linux-gnu"
BANNER = b"\0GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n\0"
DIRECTORIES = b"\0/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/\0\0"
LIBC = Elf(soname="libc.so.6", defines=["GLIBC_2.2.5", "GLIBC_2.9", "GLIBC_2.36", "GLIBC_PRIVATE"], text=BANNER)
LOADER = Elf(soname="ld-linux-x86-64.so.2", defines=["GLIBC_2.3"], text=DIRECTORIES)
MUSL = Elf(soname="libc.musl-x86_64.so.1", exported=["malloc"], text=b"\0musl libc (x86_64)\nVersion %s\n\0001.2.4\0")
ASKED = f"/{LIB}/ld-linux-x86-64.so.2"
GLIBC_SYSTEM: dict[str, Any] = {
    f"{LIB}/libc.so.6": LIBC,
    f"{LIB}/ld-linux-x86-64.so.2": LOADER,
    "lib": "usr/lib",
}


class Root:
    """A root filesystem: files (bytes or `Elf`) and links (str) by path."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def analyze(self, entries: dict[str, Any], **options: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The section, held against its model, and the problems."""
        for path, content in entries.items():
            place = self.directory / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                place.symlink_to(content)
            else:
                place.write_bytes(content if isinstance(content, bytes) else content.build())
        chosen = AnalyzeOptions(analyzers=("abi", "dpkg"), analyzer_options={"abi": options})
        document = pipeline.run(f"rootfs:{self.directory}", chosen)
        section = document["results"]["abi"]
        assert AbiSection.model_validate(section, strict=True).model_dump() == section
        return section, document["problems"]


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(tmp_path)


def missing(section: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(row["path"], row["needed"], row["version"]) for row in section["missing"]]


def library(section: dict[str, Any], path: str) -> dict[str, Any]:
    (row,) = [row for row in section["libraries"] if row["path"] == path]
    return row


def test_an_empty_image(root: Root) -> None:
    section, problems = root.analyze({"etc/hostname": b"x"})
    assert section == {"machine": None, "libc": None, "ceilings": {}, "libraries": [], "missing": []}
    assert problems == []


def test_one_library_with_everything(root: Root) -> None:
    elf = Elf(
        soname="libexample.so.1",
        needed=["libc.so.6"],
        rpath="$ORIGIN:/opt/lib",
        runpath="/opt/other",
        defines=["EX_1.0"],
        requires={"libc.so.6": {"GLIBC_2.9": False, "GLIBC_2.2.5": False}},
        exported=["run@@EX_1.0", "EX_1.0"],
        undefined=["malloc@GLIBC_2.9"],
    )
    section, problems = root.analyze({**GLIBC_SYSTEM, f"{LIB}/libexample.so.1.2": elf})
    assert problems == []
    row = library(section, f"{LIB}/libexample.so.1.2")
    assert row == {
        "path": f"{LIB}/libexample.so.1.2",
        "soname": "libexample.so.1",
        "machine": "x86_64",
        "bits": 64,
        "isa_level": None,
        "needed": ["libc.so.6"],
        "rpath": ["$ORIGIN", "/opt/lib"],
        "runpath": ["/opt/other"],
        "defines": ["EX_1.0"],
        "requires": {"libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.9"]},
        "exported_symbols": 2,
        "symbols_digest": "sha256:" + hashlib.sha256(b"EX_1.0\nrun@@EX_1.0").hexdigest(),
        "exported": None,
        "undefined": None,
        "in_search_path": True,
        "owner": None,
        "layer": 0,
    }


def test_symbols_on_request(root: Root) -> None:
    elf = Elf(exported=["b", "a"], undefined=["z", "y"])
    section, _ = root.analyze({"usr/lib/liba.so": elf, "usr/lib/libempty.so": Elf()}, symbols=True)
    assert library(section, "usr/lib/liba.so")["exported"] == ["a", "b"]
    assert library(section, "usr/lib/liba.so")["undefined"] == ["y", "z"]
    assert library(section, "usr/lib/libempty.so")["exported"] == []


def test_glibc_with_its_evidence_and_the_ceilings(root: Root) -> None:
    stdcxx = Elf(soname="libstdc++.so.6", defines=["GLIBCXX_3.4.9", "GLIBCXX_3.4.30", "CXXABI_1.3", "CXXABI_TM_1"])
    hidden = Elf(soname="libstdc++.so.6", defines=["GLIBCXX_3.4.99"])
    section, problems = root.analyze(
        {**GLIBC_SYSTEM, f"{LIB}/libstdc++.so.6": stdcxx, "opt/conda/lib/libstdc++.so.6": hidden}
    )
    path = f"{LIB}/libc.so.6"
    assert section["machine"] == "x86_64"
    assert section["libc"] == {
        "family": "glibc",
        "version": "2.36",
        "path": path,
        "evidence": [
            {"kind": "banner", "path": path, "version": "2.36"},
            {"kind": "version definitions", "path": path, "version": "2.36"},
        ],
    }
    assert section["ceilings"] == {"CXXABI": "1.3", "GLIBC": "2.36", "GLIBCXX": "3.4.30"}
    assert problems == []
    assert not library(section, "opt/conda/lib/libstdc++.so.6")["in_search_path"]


def test_evidence_that_contradicts_is_a_problem(root: Root) -> None:
    status = b"Package: libc6\nStatus: install ok installed\nVersion: 2.31-13+deb11u1\nArchitecture: amd64\n"
    listed = f"/{LIB}/libc.so.6\n".encode()
    system = {**GLIBC_SYSTEM, "var/lib/dpkg/status": status, "var/lib/dpkg/info/libc6:amd64.list": listed}
    section, problems = root.analyze(system)
    assert section["libc"]["version"] == "2.36"
    (message,) = [problem["message"] for problem in problems if problem["code"] == "libc-version"]
    assert message == "The banner of the C library says 2.36, the package 2.31."


def test_glibc_may_define_symbols_of_other_releases(root: Root) -> None:
    older = Elf(soname="libc.so.6", defines=["GLIBC_2.30"], text=BANNER.replace(b"2.36", b"2.31"))
    section, problems = root.analyze({**GLIBC_SYSTEM, f"{LIB}/libc.so.6": older})
    assert (section["libc"]["version"], problems) == ("2.31", [])
    silent = Elf(soname="libc.so.6", defines=["GLIBC_2.30"])
    assert root.analyze({f"{LIB}/libc.so.6": silent})[0]["libc"]["version"] == "2.30"


def test_musl(root: Root) -> None:
    section, problems = root.analyze(
        {
            "lib/ld-musl-x86_64.so.1": MUSL,
            "lib/libc.musl-x86_64.so.1": "ld-musl-x86_64.so.1",
            "bin/busybox": Elf(interpreter="/lib/ld-musl-x86_64.so.1", needed=["libc.musl-x86_64.so.1"]),
            "usr/local/lib/liba.so": Elf(soname="liba.so", needed=["libpthread.so.0", "libb.so", "libnone.so"]),
            "opt/lib/libb.so": Elf(soname="libb.so", requires={"libc.so": {"NO_1": False}}),
            "etc/ld-musl-x86_64.path": b"/lib:/usr/local/lib\n/opt/lib\n",
        }
    )
    assert section["libc"] == {
        "family": "musl",
        "version": "1.2.4",
        "path": "lib/ld-musl-x86_64.so.1",
        "evidence": [{"kind": "version string", "path": "lib/ld-musl-x86_64.so.1", "version": "1.2.4"}],
    }
    assert missing(section) == [("usr/local/lib/liba.so", "libnone.so", None)]
    assert library(section, "opt/lib/libb.so")["in_search_path"]
    assert problems == []


def test_two_c_libraries_each_with_its_own_files(root: Root) -> None:
    section, problems = root.analyze(
        {
            **GLIBC_SYSTEM,
            "usr/bin/a": Elf(interpreter=ASKED, needed=["libc.so.6"]),
            "usr/lib/ld-musl-x86_64.so.1": MUSL,
            "opt/node/addon.musl.so": Elf(needed=["libc.musl-x86_64.so.1", "libgone.so"]),
            f"{LIB}/libc.musl-x86_64.so.1": "../ld-musl-x86_64.so.1",
        }
    )
    assert section["libc"]["family"] == "glibc"
    assert [(problem["code"], problem["severity"]) for problem in problems] == [("several-libcs", "info")]
    assert ("opt/node/addon.musl.so", "libgone.so", None) in missing(section)


def test_what_is_not_there_is_missing_and_what_lies_elsewhere_is_said(root: Root) -> None:
    section, _ = root.analyze(
        {
            **GLIBC_SYSTEM,
            f"{LIB}/liba.so": Elf(needed=["libgone.so.1", "libaway.so.2", "libc.so.6"]),
            "srv/x/libaway.so.2.1": Elf(soname="libaway.so.2"),
            "usr/bin/tool": Elf(interpreter=ASKED, needed=["libgone.so.1"]),
        }
    )
    assert [(row["path"], row["needed"], row["elsewhere"]) for row in section["missing"]] == [
        ("usr/bin/tool", "libgone.so.1", []),
        (f"{LIB}/liba.so", "libaway.so.2", ["srv/x/libaway.so.2.1"]),
        (f"{LIB}/liba.so", "libgone.so.1", []),
    ]


def test_a_program_whose_loader_is_not_there(root: Root) -> None:
    """As a program made for glibc in an image with musl."""
    section, _ = root.analyze(
        {
            "lib/ld-musl-x86_64.so.1": MUSL,
            "usr/bin/tool": Elf(interpreter="/lib64/ld-linux-x86-64.so.2", needed=["libc.so.6", "libdl.so.2"]),
        }
    )
    assert missing(section) == [("usr/bin/tool", "/lib64/ld-linux-x86-64.so.2", None)]


def test_the_loader_itself_is_always_loaded(root: Root) -> None:
    entries = {
        f"{LIB}/libc.so.6": LIBC,
        "lib64/ld-linux-x86-64.so.2": LOADER,
        f"{LIB}/liba.so": Elf(needed=["ld-linux-x86-64.so.2"], requires={"ld-linux-x86-64.so.2": {"GLIBC_2.3": False}}),
    }
    assert missing(root.analyze(entries)[0]) == []


def test_a_search_without_end_is_given_up(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("package_extract_analyzers.abi.loader.MOST_LOOKUPS", 1000)
    many = ":".join(f"/x/{number}" for number in range(500))
    needed = [f"lib{number}.so" for number in range(20)]
    section, problems = root.analyze({**GLIBC_SYSTEM, f"{LIB}/liba.so": Elf(needed=needed, rpath=many)})
    assert missing(section) == []
    assert [problem["code"] for problem in problems] == ["limit"]


def test_what_is_nowhere_is_missing_without_a_search(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files bring in the library that needs it."""
    monkeypatch.setattr("package_extract_analyzers.abi.loader.MOST_LOOKUPS", 1500)
    ring = {
        f"{LIB}/lib{number}.so": Elf(needed=[f"lib{(number + 1) % 60}.so", f"libgone{number}.so"], rpath="/x:/y")
        for number in range(60)
    }
    section, problems = root.analyze({**GLIBC_SYSTEM, **ring})
    assert len(missing(section)) == 60
    assert problems == []


def test_versions_that_are_missing(root: Root) -> None:
    requires = {
        "libc.so.6": {"GLIBC_2.9": False, "GLIBC_2.99": False, "GLIBC_WEAK": True},
        "libbare.so": {"ANY_1": False},
    }
    section, _ = root.analyze(
        {
            **GLIBC_SYSTEM,
            f"{LIB}/liba.so": Elf(needed=["libc.so.6", "libbare.so"], requires=requires),
            f"{LIB}/libbare.so": Elf(soname="libbare.so"),
        }
    )
    assert missing(section) == [(f"{LIB}/liba.so", "libc.so.6", "GLIBC_2.99")]


SITE = "opt/app/lib/python3.12/site-packages"


@pytest.mark.parametrize(
    "entries",
    [
        {  # the interpreter's RPATH counts for what it loads
            "opt/app/bin/python3.12": Elf(interpreter=ASKED, rpath="$ORIGIN/../lib"),
            "opt/app/lib/libneed.so": Elf(soname="libneed.so"),
        },
        {  # the interpreter has it loaded already
            "opt/app/bin/python3.12": Elf(interpreter=ASKED, needed=["libneed.so"], runpath="$ORIGIN/../lib"),
            "opt/app/lib/libneed.so": Elf(soname="libneed.so"),
        },
        {  # a virtual environment has its interpreter by a link
            "usr/local/bin/python3.12": Elf(interpreter=ASKED, needed=["libneed.so"], runpath="/usr/local/private"),
            "usr/local/private/libneed.so": Elf(soname="libneed.so"),
            "opt/app/bin/python": "/usr/local/bin/python3.12",
        },
        {  # another distribution of the environment brings it, and is imported before
            f"{SITE}/torch/lib/libneed.so": Elf(soname="libneed.so"),
        },
        {  # the RPATH of a library that needs this one
            f"{SITE}/pkg/other.so": Elf(needed=["libmodule.so"], rpath="$ORIGIN:$ORIGIN/../../../../private"),
            "opt/app/private/libneed.so": Elf(soname="libneed.so"),
        },
        {  # what needs this one has loaded it under its SONAME
            f"{SITE}/pkg/other.so": Elf(needed=["libneed.so", "libmodule.so"], runpath="$ORIGIN:/opt/app/private"),
            "opt/app/private/libneed.so": Elf(soname="libneed.so"),
        },
    ],
)
def test_what_a_process_would_have_is_not_missing(root: Root, entries: dict[str, Any]) -> None:
    module = Elf(soname="libmodule.so", needed=["libneed.so"])
    section, _ = root.analyze({**GLIBC_SYSTEM, f"{SITE}/pkg/libmodule.so": module, **entries})
    assert missing(section) == []


def test_a_program_elsewhere_does_not_help(root: Root) -> None:
    section, _ = root.analyze(
        {
            **GLIBC_SYSTEM,
            "opt/app/lib/module.so": Elf(needed=["libneed.so"]),
            "srv/other/bin/tool": Elf(interpreter=ASKED, needed=["libneed.so"], rpath="$ORIGIN"),
            "srv/other/bin/libneed.so": Elf(soname="libneed.so"),
        }
    )
    assert missing(section) == [("opt/app/lib/module.so", "libneed.so", None)]


def test_a_program_has_only_what_it_brings_in_itself(root: Root) -> None:
    """No other program of its installation runs in its process."""
    section, _ = root.analyze(
        {
            **GLIBC_SYSTEM,
            "usr/bin/private": Elf(interpreter=ASKED, needed=["libneed.so"], rpath="/usr/lib/private"),
            "usr/lib/private/libneed.so": Elf(soname="libneed.so"),
            "usr/bin/tool": Elf(interpreter=ASKED, needed=["libneed.so"]),
            "usr/bin/asks-twice": Elf(interpreter=ASKED, needed=["/usr/lib/private/libneed.so", "libneed.so"]),
        }
    )
    assert missing(section) == [("usr/bin/tool", "libneed.so", None)]


def test_an_rpath_counts_for_all_that_is_loaded_because_of_it(root: Root) -> None:
    """However deep: each of these libraries is found by the RPATH of the program alone."""
    links = {f"opt/app/lib{number}.so": Elf(needed=[f"lib{number + 1}.so"]) for number in range(5)}
    section, _ = root.analyze(
        {
            **GLIBC_SYSTEM,
            "usr/bin/tool": Elf(interpreter=ASKED, needed=["lib0.so"], rpath="/opt/app"),
            **links,
            "opt/app/lib5.so": Elf(),
        }
    )
    assert missing(section) == []


def test_the_origin_is_where_a_library_is_found(root: Root) -> None:
    """In a tree of links, as build systems make them, the loader does not follow the link before it looks around."""
    section, _ = root.analyze(
        {
            **GLIBC_SYSTEM,
            "opt/store/1/liba.so": Elf(needed=["libb.so"], runpath="$ORIGIN/../private"),
            "opt/store/2/libb.so": Elf(),
            "opt/app/lib/liba.so": "/opt/store/1/liba.so",
            "opt/app/private/libb.so": "../../store/2/libb.so",
        }
    )
    assert missing(section) == []


def test_what_is_loaded_before_answers_with_its_versions(root: Root) -> None:
    """The user of a library has loaded another file by the name that the library would find one by."""
    section, _ = root.analyze(
        {
            **GLIBC_SYSTEM,
            "opt/app/libmodule.so": Elf(needed=["libz.so", "liba.so"], runpath="/opt/new"),
            f"{LIB}/liba.so": Elf(needed=["libz.so"], requires={"libz.so": {"Z_2": False}}),
            f"{LIB}/libz.so": Elf(soname="libz.so", defines=["Z_1"]),
            "opt/new/libz.so": Elf(soname="libz.so", defines=["Z_1", "Z_2"]),
        }
    )
    assert missing(section) == []


@pytest.mark.parametrize(("variable", "is_found"), [("", False), ("/opt/none:", True), (".", True), ("../app", True)])
def test_relative_directories_begin_where_the_program_starts(tmp_path: Path, variable: str, is_found: bool) -> None:
    files = {
        f"{LIB}/libc.so.6": LIBC,
        f"{LIB}/ld-linux-x86-64.so.2": LOADER,
        "srv/app/libneed.so": Elf(),
        "srv/app/lib/libother.so": Elf(),
        f"{LIB}/liba.so": Elf(needed=["libneed.so"]),
        f"{LIB}/libb.so": Elf(needed=["libother.so"], rpath="lib"),
        f"{LIB}/libc.so": Elf(needed=["libother.so"], runpath="/opt:./lib"),
        f"{LIB}/libd.so": Elf(needed=["lib/libother.so"]),
    }
    config = {"Env": [f"LD_LIBRARY_PATH={variable}"], "WorkingDir": "/srv/app"}
    section = of_image(tmp_path / "image.tar", files, config)
    assert missing(section) == ([] if is_found else [(f"{LIB}/liba.so", "libneed.so", None)])


def test_musl_looks_at_the_variable_first_and_knows_no_empty_directory(tmp_path: Path) -> None:
    files = {
        "lib/ld-musl-x86_64.so.1": MUSL,
        "opt/first/libz.so": Elf(needed=["libdeep.so"]),
        "opt/own/libz.so": Elf(needed=["libdeep.so"]),
        "opt/own/libdeep.so": Elf(),
        "usr/bin/tool": Elf(interpreter="/lib/ld-musl-x86_64.so.1", needed=["libz.so"], rpath="/opt/own"),
        "srv/liby.so": Elf(),
        "opt/libb.so": Elf(needed=["liby.so"], rpath=":/opt"),
    }
    section = of_image(tmp_path / "image.tar", files, {"Env": ["LD_LIBRARY_PATH=:/opt/first"], "WorkingDir": "/srv"})
    assert missing(section) == [("opt/libb.so", "liby.so", None), ("opt/own/libz.so", "libdeep.so", None)]


def test_the_variable_of_the_image_counts(tmp_path: Path) -> None:
    config = {"Env": ["LD_LIBRARY_PATH=/opt/none:/opt/$LIB;relative:/opt/first"]}
    files = {
        f"{LIB}/libc.so.6": LIBC,
        f"{LIB}/ld-linux-x86-64.so.2": LOADER,
        f"{LIB}/libz.so": Elf(soname="libz.so", defines=["Z_1"]),
        "opt/first/libz.so": Elf(soname="libz.so", defines=["Z_2"]),
        "opt/lib/x86_64-linux-gnu/liby.so": Elf(soname="liby.so"),
        f"{LIB}/liba.so": Elf(needed=["libz.so", "liby.so"], requires={"libz.so": {"Z_2": False}}),
    }
    section = of_image(tmp_path / "image.tar", files, config)
    assert missing(section) == []
    assert library(section, "opt/first/libz.so")["in_search_path"]
    assert section["ceilings"]["Z"] == "2"


def of_image(archive: Path, files: dict[str, Elf], config: dict[str, Any]) -> dict[str, Any]:
    """The section of an image that has a configuration."""
    write_image(archive, {path: elf.build() for path, elf in files.items()}, config)
    section: dict[str, Any] = pipeline.run(f"docker-archive:{archive}", AnalyzeOptions(analyzers=("abi",)))["results"][
        "abi"
    ]
    return section


def write_image(archive: Path, files: dict[str, bytes], config: dict[str, Any]) -> None:
    """A docker-archive of one layer."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        add(tar, files)
    diff_id = "sha256:" + hashlib.sha256(layer.getvalue()).hexdigest()
    described = {"architecture": "amd64", "os": "linux", "config": config}
    described["rootfs"] = {"type": "layers", "diff_ids": [diff_id]}
    manifest = [{"Config": "config.json", "RepoTags": None, "Layers": ["layer.tar"]}]
    with tarfile.open(archive, "w") as tar:
        parts = {"config.json": described, "manifest.json": manifest}
        add(tar, {name: json.dumps(part).encode() for name, part in parts.items()} | {"layer.tar": layer.getvalue()})


def add(tar: tarfile.TarFile, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        entry = tarfile.TarInfo(path)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))


def test_an_rpath_is_not_looked_at_beside_a_runpath(root: Root) -> None:
    section, _ = root.analyze(
        {
            **GLIBC_SYSTEM,
            f"{LIB}/liba.so": Elf(needed=["libneed.so"], rpath="/srv/x", runpath="/srv/y"),
            f"{LIB}/libb.so": Elf(needed=["libneed.so"], rpath="/srv/x"),
            "srv/x/libneed.so": Elf(soname="libneed.so"),
        }
    )
    assert missing(section) == [(f"{LIB}/liba.so", "libneed.so", None)]


def test_files_of_other_machines(root: Root) -> None:
    section, _ = root.analyze(
        {
            **GLIBC_SYSTEM,
            f"{LIB}/liba.so": Elf(needed=["libneed.so"]),
            f"{LIB}/libneed.so": Elf(soname="libneed.so", bits=32, machine=3),
            "opt/arm/libfar.so": Elf(needed=["libc.so.6"], machine=183),
        }
    )
    assert missing(section) == [(f"{LIB}/liba.so", "libneed.so", None)]
    assert library(section, "opt/arm/libfar.so")["machine"] == "aarch64"
    assert not library(section, "opt/arm/libfar.so")["in_search_path"]


def test_configuration_with_includes_and_a_circle(root: Root) -> None:
    section, problems = root.analyze(
        {
            **GLIBC_SYSTEM,
            "etc/ld.so.conf": b"include ld.so.conf.d/*.conf\n",
            "etc/ld.so.conf.d/a.conf": b"/opt/a\ninclude /opt/more/[xy].conf\n",
            "etc/ld.so.conf.d/b.conf": "/opt/linked.conf",
            "opt/linked.conf": b"/opt/b\n",
            "opt/more/x.conf": b"/opt/c\ninclude /etc/ld.so.conf\n",
            "opt/more/z.conf": b"/opt/d\n",
            **{f"opt/{name}/lib{name}.so": Elf() for name in "abcd"},
        }
    )
    found = {row["path"]: row["in_search_path"] for row in section["libraries"] if row["path"].startswith("opt/")}
    assert found == {
        "opt/a/liba.so": True,
        "opt/b/libb.so": True,
        "opt/c/libc.so": True,
        "opt/d/libd.so": False,
    }
    assert [(problem["code"], problem["path"]) for problem in problems] == [("include-cycle", "etc/ld.so.conf")]


def test_libraries_for_some_processors_count_behind_the_others(root: Root) -> None:
    level = f"{LIB}/glibc-hwcaps/x86-64-v3"
    section, _ = root.analyze(
        {
            **GLIBC_SYSTEM,
            f"{LIB}/liba.so": Elf(needed=["libboth.so", "libonly.so"], requires={"libboth.so": {"B_1": False}}),
            f"{LIB}/libboth.so": Elf(soname="libboth.so", defines=["B_1"]),
            f"{level}/libboth.so": Elf(soname="libboth.so", defines=["B_9"]),
            f"{level}/libonly.so": Elf(soname="libonly.so"),
        }
    )
    assert missing(section) == []
    assert library(section, f"{level}/libonly.so")["in_search_path"]
    assert section["ceilings"]["B"] == "1"


def test_what_is_named_like_a_library(root: Root) -> None:
    section, problems = root.analyze(
        {
            "usr/lib/libc.so": b"/* GNU ld script */\nGROUP ( /lib/libc.so.6 )\n",
            "usr/lib/notes.so": b"hello\n",
            "usr/lib/empty.so": b"",
            "usr/lib/broken.so": b"\x7fELF\x09" + bytes(100),
            "usr/lib/cut.so": Elf(needed=["libz.so.1"], text=bytes(500)).build()[:-100],
        }
    )
    assert [(p["path"], p["code"], p["severity"]) for p in problems] == [
        ("usr/lib/broken.so", "corrupt", "error"),
        ("usr/lib/cut.so", "truncated", "warning"),
        ("usr/lib/empty.so", "no-elf", "info"),
        ("usr/lib/libc.so", "linker-script", "info"),
        ("usr/lib/notes.so", "no-elf", "info"),
    ]
    assert [row["path"] for row in section["libraries"]] == ["usr/lib/cut.so"]


def test_a_broken_cache_is_a_problem_and_the_configuration_counts(root: Root) -> None:
    section, problems = root.analyze(
        {
            **GLIBC_SYSTEM,
            "etc/ld.so.cache": b"nonsense",
            "etc/ld.so.conf": b"/opt/a\n",
            "opt/a/liba.so": Elf(soname="liba.so"),
            f"{LIB}/libb.so": Elf(needed=["liba.so"]),
        }
    )
    assert [problem["code"] for problem in problems] == ["corrupt"]
    assert missing(section) == []


def test_programs_are_no_libraries(root: Root) -> None:
    section, _ = root.analyze(
        {
            "usr/bin/fixed": Elf(kind=2),
            "usr/bin/pie": Elf(interpreter=ASKED),
            "usr/bin/static-pie": Elf(extra=[(0x6FFFFFFB, 0x08000000)]),
            "usr/lib/object.o": Elf(kind=1),
            "usr/lib/module.abi3.so": Elf(),
            f"{LIB}/libc.so.6": Elf(soname="libc.so.6", interpreter=ASKED),
        }
    )
    assert [row["path"] for row in section["libraries"]] == ["usr/lib/module.abi3.so", f"{LIB}/libc.so.6"]
