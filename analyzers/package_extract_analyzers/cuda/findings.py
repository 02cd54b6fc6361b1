"""The facts of one image, and what its package sections say of CUDA, sorted by what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.formats.cuda_version import HEADERS
from package_extract_analyzers.cuda.names import library_of_file, library_of_package, library_of_wheel, upstream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from package_extract.plugin import ImageView, Owner

__all__ = ["Findings", "LibraryFile", "Package", "prefix_of", "release_of", "rpm_version"]


class LibraryFile(NamedTuple):
    """A library by the name of its file."""

    name: str
    path: str
    release: str
    """The numbers behind `.so.`: the version, or as many of its places as the SONAME has."""

    @property
    def version(self) -> str | None:
        """The version, where the file's name has more than a SONAME; nvtx has an ABI of its own and no more."""
        return self.release if self.release.count(".") > 1 and self.name != "nvtx" else None


class Package(NamedTuple):
    """A package that brings a library or a toolkit."""

    name: str
    """Name of the library, or of the package where it is a toolkit."""
    version: str | None
    cuda_version: str | None
    owner: Owner
    path: str | None
    """Metadata of a wheel or of a conda package."""
    location: str | None
    """The directory that a wheel is imported from, or conda's prefix."""


class Findings:
    """What one image has of CUDA, before it is joined."""

    def __init__(self, image: ImageView) -> None:
        self.files: list[LibraryFile] = []
        self.headers: list[LibraryFile] = []
        self.releases: list[tuple[str, str, str | None]] = []
        """(kind, path, version) of whatever tells the version of a toolkit."""
        self.driver_libraries: list[dict[str, Any]] = []
        self.wheels: list[Package] = []
        self.packages: list[Package] = []
        self.toolkit_packages: list[Package] = []
        self.rocm_packages: list[Package] = []
        for path, (kind, version) in image.facts():
            if kind == "library":
                self._library(path, image)
            elif kind == "header":
                self.headers.append(LibraryFile(HEADERS[path.rpartition("/")[2]][0], path, version))
            else:
                self.releases.append((kind, path, version))
        for package in _system_packages(image):
            self._package(package)
        for environment in image.section("python_packages").get("environments", ()):
            for row in environment["packages"]:
                if row["shadowed_by"] is None:
                    self._distribution(row)

    def any(self) -> bool:
        """Whether there is anything but libraries of the driver."""
        packages = self.wheels or self.packages or self.toolkit_packages or self.rocm_packages
        return bool(self.files or self.headers or self.releases or packages)

    def _library(self, path: str, image: ImageView) -> None:
        directory, _, basename = path.rpartition("/")
        found = library_of_file(basename)
        if not found:
            return
        name, stem, release = found
        is_stub = directory.endswith("/stubs")
        if name != "driver":
            self.files += [] if is_stub or "/pkgs/" in path else [LibraryFile(name, path, release)]
            return
        is_compat = "compat" in directory.rpartition("/")[2]
        self.driver_libraries.append(
            {
                "name": stem,
                "version": release if "." in release else None,
                "path": path,
                "kind": "stub" if is_stub else "compat" if is_compat else "driver",
                "owner": image.owner(path),
                "layer": image.layer(path),
            }
        )

    def _package(self, package: Package) -> None:
        if package.name.startswith(("cuda-toolkit-", "cuda-runtime-", "cuda-libraries-")):
            words = package.name.split("-")
            if len(words) == 4 and words[2].isdigit() and words[3].isdigit():
                self.toolkit_packages.append(package)
        elif package.name in ("cudatoolkit", "cuda-toolkit", "cuda-runtime", "nvidia-cuda-toolkit"):
            self.toolkit_packages.append(package)
        elif package.name in ("rocm-core", "rocm-libs", "rocm-dev", "hip-runtime-amd"):
            self.rocm_packages.append(package)
        elif found := library_of_package(package.name):
            name, release = found
            release = release or (f"{package.cuda_version}" if package.cuda_version else None)
            self.packages.append(package._replace(name=name, cuda_version=release))

    def _distribution(self, row: Mapping[str, Any]) -> None:
        kind = "conda" if row["metadata_kind"] == "conda" else "python"
        owner = {"type": kind, "name": row["name"], "version": row["version"]}
        package = Package(row["normalized_name"], row["version"], None, owner, row["metadata_path"], row["location"])
        if kind == "conda":
            self._package(package)
        elif found := library_of_wheel(row["normalized_name"]):
            name, major = found
            self.wheels.append(package._replace(name=name, cuda_version=_wheel_release(name, major, row["version"])))


def _system_packages(image: ImageView) -> Iterator[Package]:
    for section, kind in (("dpkg", "deb"), ("rpm", "rpm"), ("apk", "apk")):
        for row in image.section(section).get("packages", ()):
            if row.get("installed", True):
                version = rpm_version(row) if kind == "rpm" else row["version"]
                built_for = version.partition("cuda")[2] if "cuda" in version else ""
                owner = {"type": kind, "name": row["name"], "version": version}
                yield Package(row["name"], upstream(version), release_of(built_for), owner, None, None)


def rpm_version(row: Mapping[str, Any]) -> str:
    """Version of an rpm package as its owner entry has it."""
    epoch = f"{row['epoch']}:" if row["epoch"] is not None else ""
    return f"{epoch}{row['version']}-{row['release']}"


def _wheel_release(name: str, major: str | None, version: str | None) -> str | None:
    """Wheels of CUDA's own parts have its version; others only say for which major version they are."""
    if name in ("cudart", "nvrtc", "nvjitlink", "nvcc", "cupti") and version:
        return release_of(version)
    return major


def release_of(version: str | None) -> str | None:
    """Major and minor version: `12.2` of "12.2.140"; `12` where there is no more."""
    words = (version or "").split(".")
    if not words[0].isdigit():
        return None
    return ".".join(words[:2]) if len(words) > 1 and words[1].isdigit() else words[0]


def prefix_of(path: str) -> str:
    """The installation that a file belongs to: the directory above its `lib`, `lib64`, `include` or `bin`."""
    ends = [path.rfind(marker) for marker in ("/lib/", "/lib64/", "/include/", "/bin/")]
    prefix = path[: max(ends)] if max(ends) >= 0 else path.rpartition("/")[0]
    return prefix.partition("/targets/")[0]
