from typing import Any

OWNER = {"type": "python", "name": "numpy", "version": "2.0"}


def library(path: str, soname: str | None, needed: list[str], owner: Any = OWNER) -> dict[str, Any]:
    return {"path": path, "soname": soname, "needed": needed, "owner": owner}


def missing(path: str, needed: str, version: str | None = None, elsewhere: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"path": path, "needed": needed, "version": version, "elsewhere": [*elsewhere], "owner": OWNER}


def test_missing_libraries(found: Any) -> None:
    module = "v/numpy/_core.cpython-312-x86_64-linux-gnu.so"
    abi = {
        "libraries": [
            library(module, None, ["libblas.so.3"]),
            library("v/numpy.libs/libblas.so.3", "libblas.so.3", ["libgfortran.so.5"]),
            library("v/other/libplugin.so", None, []),
            library("usr/lib/libblas.so.3", "libblas.so.3", [], None),
        ],
        "missing": [
            missing(module, "libm.so.6", "GLIBC_2.38"),
            missing("v/numpy.libs/libblas.so.3", "libgfortran.so.5", None, ("opt/gcc/libgfortran.so.5",)),
            missing("v/other/libplugin.so", "libcuda.so.1"),
            missing("v/other/libplugin.so", "libmlx5.so.1"),
            missing("usr/lib/libblas.so.3", "libnone.so"),
        ],
    }
    assert found({"abi": abi}) == [
        (
            "missing-library",
            "error",
            (
                "/v/numpy.libs/libblas.so.3 needs libgfortran.so.5, which the loader does not find; "
                "/opt/gcc/libgfortran.so.5 would do, but lies where it does not look"
            ),
        ),
        (
            "missing-symbol-version",
            "error",
            f"/{module} needs GLIBC_2.38 of libm.so.6, which the one in the image lacks",
        ),
        ("missing-library", "warning", "/usr/lib/libblas.so.3 needs libnone.so, which the loader does not find"),
        ("missing-library", "warning", "/v/other/libplugin.so needs libmlx5.so.1, which the loader does not find"),
        (
            "driver-library",
            "info",
            "/v/other/libplugin.so needs libcuda.so.1, which NVIDIA's container runtime mounts from the host",
        ),
    ]
