from __future__ import annotations

import sys
import sysconfig
from typing import Any

import packaging._manylinux
import packaging._musllinux
import packaging.tags
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from package_extract.formats.python_tags import abi_tags, platform_tags, supported_tags

ARCHITECTURES = ["x86_64", "i686", "aarch64", "armv7l", "ppc64le", "ppc64", "s390x", "riscv64", "loongarch64", "mips64"]
CONFIGURED = {"Py_DEBUG", "Py_GIL_DISABLED", "WITH_PYMALLOC", "Py_UNICODE_SIZE", "EXT_SUFFIX"}
in_one_patch = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def platforms_of_packaging(
    patch: pytest.MonkeyPatch, architecture: str, glibc: tuple[int, int], musl: tuple[int, int] | None
) -> list[str]:
    """What packaging would say on such a host: only the questions to the host are answered for it."""
    patch.setattr(sysconfig, "get_platform", lambda: f"linux-{architecture}")
    patch.setattr(packaging._manylinux, "_get_glibc_version", lambda: packaging._manylinux._GLibCVersion(*glibc))
    patch.setattr(packaging._manylinux, "_get_manylinux_module", lambda: None)
    patch.setattr(
        packaging._musllinux, "_get_musl_version", lambda _: musl and packaging._musllinux._MuslVersion(*musl)
    )
    allowed = lambda _, archs: set(archs) & (packaging._manylinux._ALLOWED_ARCHS | {"armv7l", "i686"})  # noqa: E731
    patch.setattr(packaging._manylinux, "_have_compatible_abi", allowed)
    return list(packaging.tags._linux_platforms(is_32bit=False))


@in_one_patch
@given(st.sampled_from(ARCHITECTURES), st.integers(0, 60))
def test_platforms_with_glibc(monkeypatch: pytest.MonkeyPatch, architecture: str, minor: int) -> None:
    expected = platforms_of_packaging(monkeypatch, architecture, (2, minor), None)

    assert platform_tags(architecture, "glibc", f"2.{minor}") == expected


@in_one_patch
@given(st.sampled_from(ARCHITECTURES), st.integers(0, 9))
def test_platforms_with_musl(monkeypatch: pytest.MonkeyPatch, architecture: str, minor: int) -> None:
    expected = platforms_of_packaging(monkeypatch, architecture, (-1, -1), (1, minor))

    assert platform_tags(architecture, "musl", f"1.{minor}.5") == expected


def test_platforms_without_a_known_libc() -> None:
    assert platform_tags("x86_64", None, None) == ["linux_x86_64"]
    assert platform_tags("x86_64", "glibc", None) == ["linux_x86_64"]
    assert platform_tags("armv7l", "glibc", "2.36", hard_float=False) == ["linux_armv7l"]


@pytest.mark.parametrize(
    ("series", "variables"),
    [
        ((3, 11), {}),
        ((3, 11), {"Py_DEBUG": 1}),
        ((3, 13), {"Py_GIL_DISABLED": 1}),
        ((3, 14), {"Py_GIL_DISABLED": 1, "Py_DEBUG": 1}),
        ((3, 7), {"WITH_PYMALLOC": 1}),
        ((3, 6), {"WITH_PYMALLOC": 1, "Py_DEBUG": 1}),
        ((3, 6), {"WITH_PYMALLOC": 0}),
        ((2, 7), {"WITH_PYMALLOC": 1, "Py_UNICODE_SIZE": 4}),
        ((2, 7), {"WITH_PYMALLOC": 1, "Py_UNICODE_SIZE": 2}),
    ],
)
def test_abis_and_tags_of_cpython(
    monkeypatch: pytest.MonkeyPatch, series: tuple[int, int], variables: dict[str, Any]
) -> None:
    answers = {**dict.fromkeys(CONFIGURED, 0), **variables}
    monkeypatch.setattr(packaging.tags, "_get_config_var", lambda name, warn=False: answers.get(name))
    flags = "t" * bool(answers["Py_GIL_DISABLED"]) + "m" * (answers["WITH_PYMALLOC"] or 0)
    flags += "u" * (answers["Py_UNICODE_SIZE"] == 4)

    abis = abi_tags("cpython", series, flags=flags, debug=bool(answers["Py_DEBUG"]))

    assert abis == packaging.tags._cpython_abis(series)
    platforms = ["linux_x86_64", "manylinux_2_17_x86_64"]
    name = f"cp{series[0]}{series[1]}"
    expected = [
        *packaging.tags.cpython_tags(series, None, platforms),
        *packaging.tags.compatible_tags(series, name, platforms),
    ]
    assert list(supported_tags("cpython", series, abis, platforms)) == expected


@pytest.mark.parametrize(
    ("name", "short", "suffix", "abi"),
    [
        ("pypy", "pp", ".pypy39-pp73-x86_64-linux-gnu.so", "pypy39_pp73"),
        ("graalpy", "graalpy", ".graalpy-38-native-x86_64-linux.so", "graalpy_38_native"),
        ("pyston", "pyston", ".pyston-23-x86_64-linux-gnu.so", "pyston_23_x86_64_linux_gnu"),
    ],
)
def test_tags_of_others(monkeypatch: pytest.MonkeyPatch, name: str, short: str, suffix: str, abi: str) -> None:
    monkeypatch.setattr(packaging.tags, "_get_config_var", lambda name, warn=False: {"EXT_SUFFIX": suffix}.get(name))
    monkeypatch.setattr(packaging.tags, "interpreter_name", lambda: short)
    monkeypatch.setattr(packaging.tags, "interpreter_version", lambda warn=False: "39")
    monkeypatch.setattr(packaging.tags, "platform_tags", lambda: iter(["linux_x86_64"]))
    monkeypatch.setattr(packaging.tags.sys, "version_info", (3, 9, 16))

    abis = abi_tags(name, (3, 9), ext_suffix=suffix)

    assert abis == [abi]
    assert list(supported_tags(name, (3, 9), abis, ["linux_x86_64"])) == list(packaging.tags.sys_tags())


def test_the_tags_of_this_interpreter() -> None:
    debug = bool(sysconfig.get_config_var("Py_DEBUG"))
    abis = abi_tags("cpython", sys.version_info[:2], flags=sys.abiflags, debug=debug)
    platforms = list(packaging.tags.platform_tags())

    assert list(supported_tags("cpython", sys.version_info[:2], abis, platforms)) == list(packaging.tags.sys_tags())
