"""The section `abi` of real Debian systems beside what the dynamic loader says when it runs inside."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.debian import inside
from package_extract import pipeline
from package_extract.options import AnalyzeOptions
from package_extract_analyzers.abi import analyzer
from tests.integration.images import debian_image, require

if TYPE_CHECKING:
    from package_extract_analyzers.abi.platforms import Platform

pytestmark = pytest.mark.integration

FOUND = re.compile(r"^\t(\S+) => (\S+) \(0x\w+\)$")
ITSELF = re.compile(r"^\t(/\S+) \(0x\w+\)$")
NOT_FOUND = re.compile(r"^\t(\S+) => not found$")
NO_VERSION = re.compile(r"version `(\S+)' not found \(required by (\S+)\)")


def analyzed(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Any], Platform]:
    """The section, and the platform that it was made of."""
    seen: list[Platform] = []
    original = analyzer.platforms

    def watched(*arguments: Any) -> list[Platform]:
        seen.extend(original(*arguments))
        return seen

    monkeypatch.setattr(analyzer, "platforms", watched)
    document = pipeline.run(f"rootfs:{root}", AnalyzeOptions(analyzers=("abi",)))
    return document["results"]["abi"], seen[0]


def ldd(root: Path, paths: list[str]) -> dict[str, dict[str, str | None]]:
    """File -> library -> path that the loader opens for it inside, None if it finds none."""
    command = ["chroot", str(root), "sh", "-c", 'for file; do echo "$file:"; ldd "$file" 2>&1; done', "sh", *paths]
    text = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True).stdout
    answers: dict[str, dict[str, str | None]] = {}
    for line in text.splitlines():
        if not line.startswith("\t") and line.endswith(":") and line[:-1] in paths:
            current = answers.setdefault(line[:-1], {})
        elif match := FOUND.match(line):
            current[match[1]] = match[2]
        elif match := NOT_FOUND.match(line):
            current[match[1]] = None
        elif match := ITSELF.match(line):
            current[match[1].rpartition("/")[2]] = match[1]
        elif match := NO_VERSION.search(line):
            current[f"{match[2]} {match[1]}"] = None
    return answers


def compare(root: Path, section: dict[str, Any], platform: Platform) -> int:
    """Each direct need of each file; how many they were."""
    libraries = [file for file in platform.files if file.elf.needed]
    told = ldd(root, [f"/{file.path}" for file in libraries])
    missing = {(row["path"], row["needed"]) for row in section["missing"] if row["version"] is None}
    real = real_paths(root, {path for answer in told.values() for path in answer.values() if path})
    compared = 0
    for file in libraries:
        answer = told[f"/{file.path}"]
        for name in file.elf.needed:
            ours = platform.loader.find(file, name)
            theirs = answer[name]
            assert (ours.path if ours else None) == (real[theirs] if theirs else None), (file.path, name)
            assert (file.path, name) not in missing or theirs is None, (file.path, name)
            compared += 1
    return compared


def real_paths(root: Path, paths: set[str]) -> dict[str, str]:
    """Each path with its links followed inside, from the root."""
    listed = sorted(paths)
    return dict(
        zip(listed, (real.lstrip("/") for real in inside(root, "readlink", "-f", *listed).split()), strict=True)
    )


def test_every_need_in_a_debian_image_is_met_as_ldd_says(monkeypatch: pytest.MonkeyPatch) -> None:
    root = debian_image().root
    section, platform = analyzed(root, monkeypatch)

    compared = compare(root, section, platform)
    assert compared > 1000
    assert section["missing"] == []
    print(f"\n{compared} direct needs lead to the files that ldd says")


def test_the_c_library_of_a_debian_image(monkeypatch: pytest.MonkeyPatch) -> None:
    root = debian_image().root
    section, _ = analyzed(root, monkeypatch)
    told = inside(root, "ldd", "--version").splitlines()[0].split()[-1]
    packaged = inside(root, "dpkg-query", "--show", "--showformat=${Version}", "libc6").split("-")[0]

    assert section["libc"]["version"] == told == packaged
    assert [row["version"] for row in section["libc"]["evidence"]] == [told] * 3
    assert section["ceilings"]["GLIBC"] == told
    assert section["machine"] == inside(root, "uname", "-m").strip()


class Workshop:
    """Builds libraries with the machine's compiler into a copy of a Debian system."""

    def __init__(self, root: Path, work: Path) -> None:
        self.root, self.work = root, work

    def build(self, path: str, *needs: str, options: tuple[str, ...] = (), script: str = "") -> None:
        """A library at a path, which needs others that were built before; `script` is a linker's version script."""
        name = path.rpartition("/")[2]
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        function = re.sub(r"\W", "_", name)
        calls = " + ".join(f"{re.sub(r'[^0-9A-Za-z]', '_', need.rpartition('/')[2])}()" for need in needs)
        declared = "".join(f"int {re.sub(r'[^0-9A-Za-z]', '_', need.rpartition('/')[2])}(void);" for need in needs)
        (self.work / "source.c").write_text(f"{declared} int {function}(void) {{ return {calls or 0}; }}")
        (self.work / "script").write_text(script)
        command = ["gcc", "-shared", "-fPIC", "-nostdlib", "-o", target, self.work / "source.c"]
        command += [f"-Wl,-soname,{name}", "-Wl,--allow-shlib-undefined", *options]
        command += [f"-Wl,--version-script,{self.work / 'script'}"] if script else []
        subprocess.run([*command, *(self.root / need for need in needs)], check=True)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    require("gcc", "cp")
    root = tmp_path / "root"
    subprocess.run(["cp", "-a", debian_image().root, root], check=True)
    return Workshop(root, tmp_path)


OLD, NEW = "-Wl,--disable-new-dtags", "-Wl,--enable-new-dtags"


def test_searches_of_every_kind_end_as_in_ldd(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    build, root = workshop.build, workshop.root
    build("opt/a/libdeep.so")
    build("opt/b/libdeep.so")
    build("opt/c/liborigin.so", "opt/a/libdeep.so", options=(NEW, "-Wl,-rpath,$ORIGIN/../a"))
    build("opt/c/libbraces.so", "opt/a/libdeep.so", options=(NEW, "-Wl,-rpath,${ORIGIN}/../nowhere:${ORIGIN}/../b"))
    build("opt/c/libplatform.so", "opt/a/libdeep.so", options=(OLD, "-Wl,-rpath,/opt/$PLATFORM"))
    build("opt/x86_64/libdeep.so")
    build("opt/c/liblib.so", "opt/a/libdeep.so", options=(OLD, "-Wl,-rpath,/opt/$LIB"))
    for processor in ("haswell", "xeon_phi"):
        (root / "opt" / processor).symlink_to("x86_64")
    build("opt/lib/x86_64-linux-gnu/libdeep.so")
    build("opt/c/liblost.so", "opt/a/libdeep.so")
    build("opt/conf/libconfigured.so")
    build("opt/late/libuncached.so")
    build("usr/local/lib/libuser.so", "opt/conf/libconfigured.so", "opt/late/libuncached.so")
    (root / "etc/ld.so.conf.d/opt.conf").write_text("# ours\ninclude /opt/conf/*.list\n")
    (root / "opt/conf/one.list").write_text("/opt/conf\n")
    inside(root, "ldconfig")
    (root / "etc/ld.so.conf.d/late.conf").write_text("/opt/late\n")

    section, platform = analyzed(root, monkeypatch)
    compared = compare(root, section, platform)
    missing = {(row["path"], row["needed"]): row["elsewhere"] for row in section["missing"]}
    assert missing == {
        ("opt/c/liblost.so", "libdeep.so"): [
            "opt/a/libdeep.so",
            "opt/b/libdeep.so",
            "opt/lib/x86_64-linux-gnu/libdeep.so",
            "opt/x86_64/libdeep.so",
        ],
        ("usr/local/lib/libuser.so", "libuncached.so"): ["opt/late/libuncached.so"],
    }
    print(f"\n{compared} direct needs lead to the files that ldd says, and {len(missing)} to none")


def test_versions_that_a_library_lacks_are_those_that_ldd_names(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, root = workshop.build, workshop.root
    symbol = "libversioned_so"
    build("usr/lib/libversioned.so", script=f"V_1 {{ global: {symbol}; local: *; }};")
    build("usr/lib/libuser.so", "usr/lib/libversioned.so")
    build("usr/lib/libversioned.so", script=f"V_2 {{ global: {symbol}; local: *; }};")
    shutil.copy(root / "usr/lib/libversioned.so", root / "usr/lib/libother.so")
    build("usr/lib/libnewer.so", "usr/lib/libversioned.so")
    build("usr/lib/libversioned.so", script=f"V_1 {{ global: {symbol}; local: *; }};")
    inside(root, "ldconfig")

    section, _ = analyzed(root, monkeypatch)
    told = ldd(root, ["/usr/lib/libuser.so", "/usr/lib/libnewer.so"])
    lacking = [(row["path"], row["needed"], row["version"]) for row in section["missing"]]
    assert lacking == [("usr/lib/libnewer.so", "libversioned.so", "V_2")]
    assert "/usr/lib/libnewer.so V_2" in told["/usr/lib/libnewer.so"]
    assert not any(" V_" in name for name in told["/usr/lib/libuser.so"])


MUSL = "ld-musl-x86_64.so.1"


def test_searches_in_a_musl_system_end_as_its_loader_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require("gcc", "chroot")
    if not Path(f"/lib/{MUSL}").exists():
        require("the loader of musl")
    root = tmp_path / "root"
    workshop = Workshop(root, tmp_path)
    for directory in ("lib", "etc", "opt/path"):
        (root / directory).mkdir(parents=True)
    shutil.copy(f"/lib/{MUSL}", root / "lib" / MUSL)
    (root / f"etc/{MUSL.partition('.')[0]}.path").write_text("/lib:/opt/path\n")
    workshop.build("opt/a/libdeep.so")
    workshop.build("opt/path/libfound.so")
    workshop.build("opt/b/libold.so", "opt/a/libdeep.so", options=(OLD, "-Wl,-rpath,$ORIGIN/../a"))
    workshop.build("opt/b/libnew.so", "opt/a/libdeep.so", options=(NEW, "-Wl,-rpath,${ORIGIN}/../a"))
    workshop.build("opt/b/libbelow.so", "opt/a/libdeep.so")
    workshop.build(
        "opt/b/libabove.so", "opt/b/libbelow.so", "opt/path/libfound.so", options=(NEW, "-Wl,-rpath,/opt/a:/opt/b")
    )
    workshop.build("opt/b/liblost.so", "opt/b/libold.so")

    section, platform = analyzed(root, monkeypatch)
    assert (section["libc"]["family"], section["libc"]["path"]) == ("musl", f"lib/{MUSL}")
    missing = {(row["path"], row["needed"]) for row in section["missing"]}
    compared = 0
    for file in platform.files:
        told = musl_says(root, file.path)
        for name in file.elf.needed:
            ours = platform.loader.find(file, name)
            assert (ours.path if ours else None) == told[name], (file.path, name)
            compared += 1
    assert missing == {("opt/b/liblost.so", "libold.so")}
    assert compared == 6
    print(f"\n{compared} direct needs lead to the files that musl's loader says")


def musl_says(root: Path, path: str) -> dict[str, str | None]:
    """Library -> path that musl's loader opens for it, None if it finds none."""
    command = ["chroot", str(root), f"/lib/{MUSL}", "--list", f"/{path}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    found = {
        name: posixpath.normpath(real).lstrip("/")
        for name, real in re.findall(r"^\t(\S+) => (\S+) \(", done.stdout, re.MULTILINE)
    }
    lost = re.findall(r"Error loading shared library (\S+):", done.stderr)
    return {**found, **dict.fromkeys(lost)}
