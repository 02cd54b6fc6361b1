"""What is said beside the pins: CUDA, and what building from source would need."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from package_extract.resolver.building import building_means
from package_extract.resolver.target import Cuda, OperatingSystem
from tests.package_extract.resolver.memory_source import solve, target


def remarks(releases, *requirements, cuda=None):
    return solve(releases, *requirements, image=replace(target(), cuda=cuda)).environment.remarks


def test_wheels_for_cuda_say_which_driver_they_need():
    releases = {"nvidia-cublas-cu12 12.4": [], "torch 2.4+cu121": ["nvidia-cublas-cu12"], "plain 1": []}
    assert remarks(releases, "plain") == ()
    assert remarks(releases, "torch") == (
        "nvidia-cublas-cu12, torch: made for CUDA 12, which needs a driver from 525.60.13 on where the image runs",
    )


def test_another_cuda_in_the_image_is_said():
    releases = {"cupy-cuda12x 13.0": []}
    assert len(remarks(releases, "cupy-cuda12x", cuda=Cuda(("12.4",)))) == 1
    assert remarks(releases, "cupy-cuda12x", cuda=Cuda((), {"cudart": "11.8.89"}))[1].startswith(
        "the image has CUDA 11"
    )


def test_two_versions_of_cuda_are_said():
    found = remarks({"a-cu11 1": [], "b-cu12 1": []}, "a-cu11", "b-cu12")
    assert found[-1] == "wheels for different versions of CUDA do not share libraries: 11, 12"


@pytest.mark.parametrize(
    ("packages", "text"),
    [
        ((), ""),
        (("bash",), "; for that the image has no compiler and no package with Python's headers"),
        (
            ("gcc-12", "gcc-12-base", "libpython3.11-dev"),
            "; for that the image has the compiler gcc and Python's headers (libpython3.11-dev)",
        ),
        (
            ("gcc-12-base", "python3-devel"),
            "; for that the image has no compiler and Python's headers (python3-devel)",
        ),
    ],
)
def test_what_there_is_to_build_with(packages, text):
    assert building_means(replace(target(), system=OperatingSystem(packages=dict.fromkeys(packages, "1")))) == text
