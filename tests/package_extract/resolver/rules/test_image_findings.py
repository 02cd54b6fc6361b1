"""What a scanner once found in an image."""

from __future__ import annotations

import pytest

from package_extract.resolver.rules.conditions import why_not
from package_extract.resolver.rules.environment import Circumstances
from package_extract.resolver.rules.image_findings import STALE, is_image_finding
from package_extract.resolver.rules.texts import verdict
from tests.package_extract.resolver.rules.writing import image, loaded, unit

HERE = "adviser_pipeline: true\nruntime_environments: {base_images: ['registry.test/team/base:v1.2']}"


def found(tmp_path, message="has CVE-2021-3609", include=HERE, **others):
    run = f"not_acceptable: {message!r}"
    return loaded(tmp_path, unit("Found", "boot", include=include, run=run, **others))[0]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Found RHSA-2021:3057 in the base image", True),
        ("a vulnerability-free alternative", True),
        ("GHSA-aaaa-bbbb-cccc", True),
        ("the image is too large", False),
    ],
)
def test_what_is_a_finding(tmp_path, message, expected):
    assert is_image_finding(found(tmp_path, message)) is expected


def test_what_is_about_packages_or_any_image_is_none(tmp_path):
    assert not is_image_finding(found(tmp_path, match="package_name: a"))
    assert not is_image_finding(found(tmp_path, include="adviser_pipeline: true"))
    others = "adviser_pipeline: true\nruntime_environments: {base_images: {not: [x]}}"
    assert not is_image_finding(found(tmp_path, include=others))


@pytest.mark.parametrize(
    ("name", "intent", "strict"),
    [
        ("registry.test/team/base:v1.2", True, True),
        ("registry.test/team/base:v1.3", False, False),
        ("registry.test/team/base", False, True),
    ],
)
def test_a_finding_is_of_the_very_tag(tmp_path, name, intent, strict):
    for mode, expected in (("intent", intent), ("strict", strict)):
        reason = why_not(found(tmp_path), image(images=(name,)), Circumstances(mode=mode))
        assert (reason is None) is expected


def test_a_finding_tells_that_it_is_old(tmp_path):
    assert verdict(found(tmp_path), image()).message == f"has CVE-2021-3609 ({STALE})"
