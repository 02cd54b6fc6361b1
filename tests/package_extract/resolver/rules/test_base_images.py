from __future__ import annotations

import pytest

from package_extract.resolver.rules.base_images import ImageName, matches_exactly, matches_name, parse_image_name

# image, entry of a condition, meant (intent), the same text rules as Thoth's code (strict)
TABLE = [
    ("r.test/team/base:v1.2", "r.test/team/base", True, True),
    ("r.test/team/base:v1.2", "r.test/team/base:v1.2", True, True),
    ("r.test/team/base:v1.2", "r.test/team/base:v1.3", False, False),
    ("r.test/team/base:v1.2", "r.test/team/base:v1.*", True, True),
    ("r.test/team/base:v1.2", "r.test/team/base:v*", True, True),
    ("r.test/team/base:v1.2", "r.test/team/other:v1.2", False, False),
    ("r.test/team/base:v1.2", "base:v1.2", False, False),
    ("r.test/team/base", "r.test/team/base:v1.2", True, True),
    ("r.test:5000/base:1", "r.test:5000/base:1", True, True),
    ("r.test:5000/base:1", "r.test:5000/base", True, False),
    ("r.test:5000/base", "r.test:5000/other", False, False),
    ("base@sha256:00", "base@sha256:00", True, True),
    ("base@sha256:00", "base@sha256:01", False, False),
    ("base:1@sha256:00", "base@sha256:00", True, False),
    ("base@sha256:00", "base", True, False),
    ("base@sha256:00", "base:1", False, False),
    ("docker://docker.io/library/base:1", "base:1", True, False),
]


@pytest.mark.parametrize(("image", "entry", "intent", "strict"), TABLE)
def test_which_images_are_meant(image, entry, intent, strict):
    assert matches_name(parse_image_name(image), entry) is intent
    assert matches_exactly(image, entry) is strict


def test_parts_of_a_name():
    assert parse_image_name("r.test:5000/a/b:1@sha256:00") == ImageName("r.test:5000/a/b", "1", "sha256:00")
    assert parse_image_name("@sha256:00") == ImageName("", None, "sha256:00")
    assert parse_image_name("") == ImageName("", None, None)
