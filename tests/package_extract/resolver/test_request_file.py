"""Several images in one request, and choosing among images."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from package_extract.resolver.choosing import Candidate, rank_images
from package_extract.resolver.errors import InvalidRequirementsFile, NoSolution, NoSuchPython
from package_extract.resolver.policy import Policy
from package_extract.resolver.request_file import read_request_file
from package_extract.resolver.resolving import resolve_scopes
from tests.package_extract.resolver.memory_source import MemorySource, Release, distribution, request, target

POLICY = Policy(verify_budget=0)
TWO = """
[images.web]
target = "3.9 x86_64"
requirements = ["app"]

[images.work]
target = "3.12 aarch64"
requirements = ["proto", "tool"]

[agree]
Proto = "{mode}"
"""
RELEASES = {
    "app 1": ["proto<2.3"],
    "tool 1": [],
    "proto 1.9": [],
    "proto 2.0": [],
    "proto 2.2": Release(python="<3.10"),
    "proto 2.5": [],
    "proto 3.0": [],
}


def solved(tmp_path, text, releases=RELEASES):
    path = tmp_path / "images.toml"
    path.write_text(text)
    scopes, agreements = read_request_file(str(path), POLICY)
    return resolve_scopes(scopes, MemorySource(releases), POLICY, agreements=agreements)


@pytest.mark.parametrize(
    ("mode", "agreed"),
    [
        ("exact", {"web": "2.0", "work": "2.0"}),
        ("major", {"web": "2.2", "work": "2.5"}),
        ("compatible", {"web": "2.2", "work": "2.5"}),
    ],
)
def test_packages_agree(tmp_path, mode, agreed):
    answer = solved(tmp_path, TWO.format(mode=mode))
    assert answer.agreed == {"proto": agreed}
    assert [each.label for each in answer.environments] == ["web", "work"]
    assert [pin.name for pin in answer.environments[1].pins] == ["proto", "tool"]


def test_without_agreement_each_has_its_own(tmp_path):
    answer = solved(tmp_path, TWO.replace("[agree]", "").replace('Proto = "{mode}"', ""))
    assert [{pin.name: pin.version for pin in each.pins}["proto"] for each in answer.environments] == ["2.2", "3.0"]


def test_below_one_the_minor_version_is_compatible(tmp_path):
    releases = {
        "app 1": ["proto<0.3"],
        "tool 1": [],
        "proto 0.2.1": [],
        "proto 0.2.2": Release(python=">=3.10"),
        "proto 0.3": [],
    }
    assert solved(tmp_path, TWO.format(mode="compatible"), releases).agreed == {
        "proto": {"web": "0.2.1", "work": "0.2.2"}
    }


def test_no_agreement_is_explained(tmp_path):
    with pytest.raises(NoSolution, match="proto has to have the same version in web and work"):
        solved(tmp_path, TWO.format(mode="exact").replace('"proto"', '"proto>=2.5"'))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no table"),
        ("[images", "no valid TOML"),
        ("a=" + "9" * 5000, "no valid TOML"),
        ("[images.a]\nrequirements = ['b']", "needs either a document or a target"),
        ("[images.a]\ntarget = 'x'\nnonsense = 1", "nonsense is not known"),
        ("[images.a]\ntarget = ''\n[agree]\nb = 'often'", "has to be one of exact, compatible, major"),
        ("[images.'a:b']\ntarget = ''", "a label is made of letters"),
        ("[image.a]", "there is no table"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, message):
    path = tmp_path / "images.toml"
    path.write_text(text)
    with pytest.raises(InvalidRequirementsFile, match=message):
        read_request_file(str(path), POLICY)


def test_images_are_ranked_with_reasons():
    releases = {"app 1": ["lib"], "lib 1": Release(tags=("cp311-cp311-manylinux_2_28_x86_64",))}
    candidates = [
        Candidate("old", target(words="3.11 glibc 2.17")),
        Candidate("none", NoSuchPython("the image has no Python interpreter")),
        Candidate("plain", replace(target(), image="plain"), "2024-01-01T00:00:00Z"),
        Candidate("newer", replace(target(), image="newer"), "2025-01-01T00:00:00Z"),
        Candidate("fat", target(distribution("lib 1"))),
    ]
    ranked = rank_images(candidates, request("app"), MemorySource(releases), POLICY)
    assert [each.candidate.name for each in ranked] == ["fat", "newer", "plain", "old", "none"]
    reasons = {each.candidate.name: each.reason for each in ranked}
    assert reasons["fat"].startswith("1,000 bytes to download, 1 packages there already")
    assert reasons["plain"] == "newer is newer"
    assert "none of its wheels is for this platform" in reasons["old"]
    assert reasons["none"] == "the image has no Python interpreter"
