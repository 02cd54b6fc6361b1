import json
import time

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from package_extract.document.reading import InvalidDocument
from package_extract.document.writing import encode
from package_extract.export.cyclonedx import cyclonedx
from package_extract.export.forms import exported
from tests.package_extract.export.sbom.conftest import deb, distribution, document, environment, everything

__all__ = ["everything"]


@pytest.fixture(scope="module")
def valid():
    validator = JsonStrictValidator(SchemaVersion.V1_6)

    def check(bill):
        assert validator.validate_str(encode(bill).decode()) is None
        references = [part["bom-ref"] for part in bill["components"]]
        assert len(references) == len(set(references))
        known = {*references, bill["metadata"]["component"]["bom-ref"]}
        for row in bill["dependencies"]:
            assert {row["ref"], *row["dependsOn"]} <= known
        return bill

    return check


def by_name(bill):
    return {part["name"]: part for part in bill["components"]}


def test_one_of_everything(valid, everything):
    bill = valid(cyclonedx(everything))
    parts = by_name(bill)
    assert bill["metadata"]["timestamp"] == "2024-05-06T07:08:09Z"
    assert bill["metadata"]["component"]["purl"] == (
        f"pkg:oci/app@sha256:{'a' * 64}?arch=amd64&repository_url=example.org%2Fteam%2Fapp&tag=v1"
    )
    assert (parts["debian"]["type"], parts["debian"]["version"]) == ("operating-system", "12")
    assert parts["libc6"]["purl"] == "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12"
    assert parts["bash"]["version"] == "3:1.0-2.el9"
    assert parts["bash"]["purl"].endswith(
        "/bash@1.0-2.el9?arch=x86_64&distro=debian-12&epoch=3&upstream=bash-1.0-2.el9.src.rpm"
    )
    assert parts["bash"]["licenses"] == [{"license": {"name": "GPLv3+ & odd"}}]
    assert parts["zlib"]["licenses"] == [{"expression": "Zlib"}]
    assert parts["cpython"]["cpe"] == "cpe:2.3:a:python:python:3.11.2:*:*:*:*:*:*:*"
    assert sum(part["type"] == "application" for part in bill["components"]) == 1
    assert parts["libown.so"]["type"] == "file"
    assert parts["conda_one"]["purl"] == "pkg:conda/conda_one@1.0"
    assert not {"gone", "gpg-pubkey"} & parts.keys()


def test_what_a_package_brought_and_who_brought_it(valid, everything):
    parts = by_name(valid(cyclonedx(everything)))
    python = parts["python3.11"]
    assert {"location": "/usr/lib/libc.so.6"} in python["evidence"]["occurrences"]
    owner = {"name": "package-extract:owner", "value": python["bom-ref"]}
    assert owner in parts["cpython"]["properties"]
    assert {"name": "package-extract:layer:diff-id", "value": f"sha256:{'2' * 64}"} in parts["requests"]["properties"]


def test_the_archive_of_a_distribution(everything):
    (part,) = (part for part in cyclonedx(everything)["components"] if "externalReferences" in part)
    assert part["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]
    assert part["externalReferences"] == [{"type": "distribution", "url": "https://example.org/idna-1.0.whl"}]


def test_the_same_bytes_again_and_another_identity_for_other_findings(everything):
    first = encode(cyclonedx(everything))
    assert first == encode(cyclonedx(json.loads(encode(everything))))
    everything["results"]["dpkg"]["packages"].pop()
    assert cyclonedx(everything)["serialNumber"] not in first.decode()


def test_an_empty_document(valid):
    bill = valid(cyclonedx(document()))
    assert bill["components"] == []


def test_a_time_that_is_none_is_said():
    broken = document()
    broken["run"]["started_at"] = "yesterday"
    with pytest.raises(InvalidDocument, match="is no time: 'yesterday'"):
        cyclonedx(broken)


NAMES = st.text(max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=6))
def test_hostile_names_give_a_valid_bill(valid, rows):
    packages = [deb(name, version, depends=[text], provides=[text]) for name, version, text in rows]
    distributions = [
        distribution(name, version=version, requires_dist=[text, f"{name}; {text}"]) for name, version, text in rows
    ]
    valid(
        cyclonedx(
            document(
                os_release={"id": "debian", "version_id": "<12>"},
                dpkg={"packages": packages},
                python_packages={"environments": [environment("usr", *distributions)]},
            )
        )
    )


@pytest.mark.parametrize("form", ["cyclonedx", "spdx"])
def test_five_thousand_packages_within_the_bound(form):
    packages = [
        deb(f"package-{number}", depends=[f"package-{number - step} (>= 1)" for step in range(1, 11)])
        for number in range(2500)
    ]
    distributions = [
        distribution(
            f"dist-{number}", requires_dist=[f'dist-{number - step}>=1; python_version >= "3.8"' for step in range(10)]
        )
        for number in range(2500)
    ]
    large = document(
        dpkg={"packages": packages}, python_packages={"environments": [environment("usr", *distributions)]}
    )
    started = time.process_time()
    assert len(encode(exported(large, form))) > 1_000_000
    assert time.process_time() - started < 3
