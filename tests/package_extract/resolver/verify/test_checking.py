"""Native wheels against the libraries of a target, read by ranges."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from package_extract.errors import PackageExtractError
from package_extract.resolver.errors import NoSolution
from package_extract.resolver.policy import Policy
from package_extract.resolver.target import Library, OperatingSystem
from package_extract.resolver.verify.needs import wheel_needs
from tests.package_extract.resolver.elf_library import make_library
from tests.package_extract.resolver.memory_source import MemorySource, Release, distribution, solve, target

NATIVE = "cp311-cp311-manylinux_2_17_x86_64"
MODULE = "cv/cv.cpython-311-x86_64-linux-gnu.so"


def wheel(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return data.getvalue()


def source(**wheels):
    """`cv_2={path: content}` is the wheel of cv 2."""
    made = MemorySource({name.replace("_", " "): Release(tags=(NATIVE,)) for name in wheels})
    made.contents = {f"{name.replace('_', '-')}-{NATIVE}.whl": wheel(files) for name, files in wheels.items()}
    return made


def image(*sonames, installed=(), **versions):
    """An image with libraries, of which `versions` says what they define."""
    libraries = {name: (Library(f"usr/lib/{name}", "x86_64", frozenset()),) for name in sonames}
    for name, defines in versions.items():
        soname = name.replace("_", ".")
        libraries[soname] = (Library(f"usr/lib/{soname}", "x86_64", frozenset(defines)),)
    system = OperatingSystem("debian", (), "12")
    return replace(target(*installed), libraries=libraries, system=system)


def states(answer):
    return {pin.name: pin.verification.state for pin in answer.environment.pins if pin.verification}


CHECKED = Policy()


def test_what_is_there_is_verified_and_what_is_not_is_refused():
    wheels = source(cv_1={MODULE: make_library(["libGL.so.1", "libc.so.6"])})
    assert states(solve(wheels, "cv", image=image("libGL.so.1", "libc.so.6"), policy=CHECKED)) == {"cv": "verified"}
    with pytest.raises(
        NoSolution, match=r"it needs libGL.so.1 \(of the package libgl1\), which the image does not have"
    ) as caught:
        solve(wheels, "cv", image=image("libc.so.6"), policy=CHECKED)
    assert "`apt-get install libgl1` in the image" in caught.value.conflict.suggestions


def test_another_version_is_taken_where_one_does_not_load():
    wheels = source(cv_1={MODULE: make_library()}, cv_2={MODULE: make_library(["libGL.so.1"])})
    answer = solve(wheels, "cv", image=image(), policy=CHECKED)
    (pin,) = answer.environment.pins
    assert pin.version == "1"
    assert [(each.reason, each.versions) for each in pin.not_chosen] == [("abi", ("2",))]


def test_libraries_that_a_wheel_brings_count_and_what_they_need():
    module = make_library(["libqt-1.so"])
    brought = {MODULE: module, "cv.libs/libqt-1.so": make_library(["libGL.so.1"])}
    assert states(solve(source(cv_1=brought), "cv", image=image("libGL.so.1"), policy=CHECKED)) == {"cv": "verified"}
    with pytest.raises(NoSolution, match=r"libGL\.so\.1"):
        solve(source(cv_1=brought), "cv", image=image(), policy=CHECKED)


def test_a_plug_in_that_nothing_loads_fails_nobody():
    files = {MODULE: make_library(), "cv/plugins/libplatform.so": make_library(["libxcb.so.1"])}
    assert states(solve(source(cv_1=files), "cv", image=image(), policy=CHECKED)) == {"cv": "verified"}


def test_libraries_of_other_wheels_and_of_what_is_installed_count():
    wheels = source(cv_1={MODULE: make_library(["libcublas.so.12"])}, nv_1={"nv/lib/libcublas.so.12": make_library()})
    wheels.releases["cv"]["1"].requires = ("nv",)
    assert states(solve(wheels, "cv", image=image(), policy=CHECKED)) == {"cv": "verified", "nv": "verified"}
    wheels.releases["cv"]["1"].requires = ()
    installed = replace(distribution("nv 1"), native_libraries=("site/nv/lib/libcublas.so.12",))
    assert states(solve(wheels, "cv", image=image(installed=[installed]), policy=CHECKED)) == {"cv": "verified"}
    with pytest.raises(NoSolution, match=r"libcublas\.so\.12"):
        solve(wheels, "cv", image=image(), policy=CHECKED)


def test_symbol_versions_count():
    wheels = source(cv_1={MODULE: make_library(["libc.so.6"], requires={"libc.so.6": ["GLIBC_2.17", "GLIBC_2.34"]})})
    new, old = image(libc_so_6=["GLIBC_2.17", "GLIBC_2.34"]), image(libc_so_6=["GLIBC_2.17"])
    assert states(solve(wheels, "cv", image=new, policy=CHECKED)) == {"cv": "verified"}
    with pytest.raises(NoSolution, match=r"it needs libc\.so\.6 with GLIBC_2\.34, and the image's is older"):
        solve(wheels, "cv", image=old, policy=CHECKED)


def test_musl_is_its_own_library_under_every_name():
    """Compilers for musl from elsewhere than Alpine ask for libc.so, which Alpine has only for developers."""
    wheels = source(cv_1={MODULE: make_library(["libc.so", "libpthread.so.0"], requires={"libc.so": ["ANY_1"]})})
    alpine = replace(image("libc.musl-x86_64.so.1"), libc=("musl", "1.2.5"))
    assert states(solve(wheels, "cv", image=alpine, policy=CHECKED)) == {"cv": "verified"}
    with pytest.raises(NoSolution, match=r"libc\.so"):
        solve(wheels, "cv", image=image("libc.so.6"), policy=CHECKED)


def test_without_an_image_the_version_of_the_c_library_counts():
    wheels = source(cv_1={MODULE: make_library(["libc.so.6"], requires={"libc.so.6": ["GLIBC_2.34"]})})
    assert states(solve(wheels, "cv", image=target(words="3.11 glibc 2.34"), policy=CHECKED)) == {"cv": "unverified"}
    with pytest.raises(NoSolution, match=r"GLIBC_2\.34"):
        solve(wheels, "cv", image=target(words="3.11 glibc 2.28"), policy=CHECKED)


def test_a_driver_is_not_of_the_image():
    answer = solve(source(cv_1={MODULE: make_library(["libcuda.so.1"])}), "cv", image=image(), policy=CHECKED)
    assert states(answer) == {"cv": "verified"}
    assert any("NVIDIA driver" in remark for remark in answer.environment.remarks)


def test_the_budget_is_kept_and_said():
    large = make_library() + bytes(range(256)) * 4000
    wheels = source(cv_1={MODULE: large})
    answer = solve(wheels, "cv", image=image(), policy=Policy(verify_budget=1000))
    assert states(answer) == {"cv": "unverified"}
    assert states(solve(source(cv_1={MODULE: large}), "cv", image=image(), policy=Policy(deep=True))) == {
        "cv": "verified"
    }


def test_what_was_read_once_is_kept():
    wheels = source(cv_1={MODULE: make_library()})
    solve(wheels, "cv", image=image(), policy=CHECKED)
    wheels.contents.clear()
    assert states(solve(wheels, "cv", image=image(), policy=CHECKED)) == {"cv": "verified"}


def test_after_three_versions_older_ones_are_not_looked_at():
    wheels = source(**{f"cv_{number}": {MODULE: make_library(["libGL.so.1"])} for number in range(1, 9)})
    with pytest.raises(NoSolution, match="the 3 newest versions fail because it needs libGL"):
        solve(wheels, "cv", image=image(), policy=CHECKED)
    assert len(wheels.facts) == 3


def test_what_is_assumed_is_said_and_deep_assumes_nothing():
    libraries = {f"cv_{number}": {MODULE: make_library(["libGL.so.1"])} for number in range(2, 9)}
    wheels = source(cv_1={MODULE: make_library()}, **libraries)
    with pytest.raises(NoSolution, match="cannot be met, as far as was looked:") as caught:
        solve(wheels, "cv", image=image(), policy=CHECKED)
    assert not caught.value.conflict.proved
    assert "--deep, which looks at all versions" in caught.value.conflict.suggestions
    answer = solve(wheels, "cv", image=image(), policy=Policy(deep=True))
    assert answer.pins == {"cv": "1"}
    (newer,) = answer.environment.pins[0].not_chosen
    assert (newer.reason, newer.versions) == ("abi", tuple("2345678"))
    with pytest.raises(NoSolution, match="cannot be met:") as caught:
        solve(wheels, "cv>1", image=image(), policy=Policy(deep=True))
    assert caught.value.conflict.proved
    assert caught.value.conflict.sentences[0].startswith("cv 2 to 8: it needs libGL.so.1")


def test_another_wheel_of_the_version_is_taken_where_the_best_does_not_load():
    other = "cp311-cp311-manylinux_2_12_x86_64"
    wheels = MemorySource({"cv 1": Release(), "cv 2": Release(tags=(NATIVE, other))})
    wheels.contents = {
        f"cv-2-{NATIVE}.whl": wheel({MODULE: make_library(["libGL.so.1"])}),
        f"cv-2-{other}.whl": wheel({MODULE: make_library()}),
    }
    answer = solve(wheels, "cv", image=image(), policy=CHECKED)
    (pin,) = answer.environment.pins
    assert (pin.version, pin.file.tag_set, pin.verification.state) == ("2", other, "verified")
    assert any(f"cv-2-{NATIVE}.whl: it needs libGL.so.1" in remark for remark in answer.environment.remarks)


def test_a_wheel_that_is_no_archive_is_not_taken():
    wheels = MemorySource({"cv 1": Release(), "cv 2": Release(tags=(NATIVE,))})
    wheels.contents = {f"cv-2-{NATIVE}.whl": b"no archive"}
    (pin,) = solve(wheels, "cv", image=image(), policy=CHECKED).environment.pins
    assert pin.version == "1"
    assert [(each.reason, each.versions) for each in pin.not_chosen] == [("unreadable", ("2",))]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_wheels_do_no_harm(data):
    content = bytearray(wheel({MODULE: make_library(["libGL.so.1"], "cv", {"libc.so.6": ["GLIBC_2.2"]})}))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = MemorySource({"cv 1": Release(tags=(NATIVE,))})
    damaged.contents = {f"cv-1-{NATIVE}.whl": bytes(content)[: data.draw(st.integers(0, len(content)))]}
    file = damaged.project("cv").files(0)[0]
    try:
        needs = wheel_needs(damaged, file, 1 << 20, lambda _: False)
    except PackageExtractError:
        return
    assert len(needs.libraries) + len(needs.unread) <= 1


def test_what_fails_in_one_image_is_taken_in_another():
    other = "cp311-cp311-manylinux_2_12_x86_64"
    wheels = MemorySource({"cv 2": Release(tags=(NATIVE, other))})
    wheels.contents = {
        f"cv-2-{NATIVE}.whl": wheel({MODULE: make_library(["libGL.so.1"])}),
        f"cv-2-{other}.whl": wheel({MODULE: make_library()}),
    }
    chosen = [
        solve(wheels, "cv", image=each, policy=CHECKED).environment.pins[0].file.tag_set
        for each in (image(), image("libGL.so.1"), image())
    ]
    assert chosen == [other, NATIVE, other]
