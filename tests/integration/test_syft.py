"""The list of syft (https://github.com/anchore/syft) of the same image, beside our bill of materials."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from package_extract import analyze
from package_extract.export.cyclonedx import cyclonedx
from tests.integration.images import debian_image, require

if TYPE_CHECKING:
    from tests.integration.images import DebianImage

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def image() -> DebianImage:
    return debian_image()


@pytest.fixture(scope="module")
def syft(image: DebianImage) -> dict[str, Any]:
    command = shutil.which("syft", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if command is None:
        require("syft")
    environment = {**os.environ, "SYFT_CHECK_FOR_APP_UPDATE": "false"}
    done = subprocess.run(
        [str(command), "-q", f"docker-archive:{image.docker_archive}", "-o", "json"],
        env=environment,
        capture_output=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def ours(image: DebianImage) -> dict[str, Any]:
    return cyclonedx(analyze(f"docker-archive:{image.docker_archive}").model_dump())


def test_the_same_package_urls_as_often(ours: dict[str, Any], syft: dict[str, Any]) -> None:
    theirs = Counter(row["purl"] for row in syft["artifacts"])
    mine = Counter(part["purl"] for part in ours["components"] if part.get("purl"))
    print(f"\n{sum((mine & theirs).values())} package URLs are equal to those of syft")
    assert not theirs - mine
    # The interpreter itself: syft finds the binary, too, and drops it because a Debian package owns it. It is a
    # component of ours, with that package as its owner, because its version is what Python packages are chosen by.
    assert mine - theirs == {"pkg:generic/python@3.11.2": 1}


def test_the_same_distribution(ours: dict[str, Any], syft: dict[str, Any]) -> None:
    (system,) = (part for part in ours["components"] if part["type"] == "operating-system")
    assert (system["name"], system["version"]) == (syft["distro"]["id"], syft["distro"]["versionID"])
