import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from package_extract.document.writing import encode
from package_extract.export.spdx import spdx
from tests.package_extract.export.sbom.conftest import deb, distribution, document, environment, everything, rpm

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what its dependencies say of themselves
    from spdx_tools.spdx.parser.json.json_parser import parse_from_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

__all__ = ["everything"]


@pytest.fixture
def valid(tmp_path):
    def check(bill):
        path = tmp_path / "bill.spdx.json"
        path.write_bytes(encode(bill))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            messages = validate_full_spdx_document(parse_from_file(str(path)))
        assert [message.validation_message for message in messages] == []
        return bill

    return check


def by_name(bill):
    return {package["name"]: package for package in bill["packages"]}


def test_one_of_everything(valid, everything):
    bill = valid(spdx(everything))
    packages = by_name(bill)
    assert packages["debian"]["primaryPackagePurpose"] == "OPERATING-SYSTEM"
    assert packages["libown.so"]["primaryPackagePurpose"] == "FILE"
    assert packages["zlib"]["licenseDeclared"] == "Zlib"
    assert packages["bash"]["licenseDeclared"].startswith("LicenseRef-")
    assert [row["extractedText"] for row in bill["hasExtractedLicensingInfos"]] == ["GPLv3+ & odd"]
    assert bill["creationInfo"] == {"created": "2024-05-06T07:08:09Z", "creators": ["Tool: package-extract-1.2"]}
    references = [row["referenceLocator"] for row in packages["libc6"]["externalRefs"]]
    assert references == ["pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12"]


def test_relationships(valid, everything):
    bill = spdx(everything)
    names = {package["SPDXID"]: package["name"] for package in bill["packages"]}
    rows = {
        (names.get(row["spdxElementId"]), row["relationshipType"], names[row["relatedSpdxElement"]])
        for row in bill["relationships"]
    }
    image = everything["image"]["reference"]
    assert {
        (None, "DESCRIBES", image),
        (image, "CONTAINS", "libc6"),
        ("python3.11", "CONTAINS", "idna"),
        ("python3.11", "DEPENDS_ON", "libc6"),
        ("requests", "DEPENDS_ON", "idna"),
    } <= rows


def test_the_archive_of_a_distribution(everything):
    (package,) = (package for package in spdx(everything)["packages"] if "checksums" in package)
    assert package["checksums"] == [{"algorithm": "SHA256", "checksumValue": "a" * 64}]
    assert package["downloadLocation"] == "https://example.org/idna-1.0.whl"


def test_the_same_bytes_again(everything):
    assert encode(spdx(everything)) == encode(spdx(everything))


def test_an_empty_document(valid):
    valid(spdx(document()))


NAMES = st.text(max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=4))
def test_hostile_names_give_a_valid_bill(valid, rows):
    packages = [deb(name, version, maintainer=text) for name, version, text in rows]
    others = [rpm(name, license=text, vendor=version, summary=text) for name, version, text in rows]
    distributions = [distribution(name, version=version) for name, version, _ in rows]
    valid(
        spdx(
            document(
                dpkg={"packages": packages},
                rpm={"packages": others},
                python_packages={"environments": [environment("usr", *distributions)]},
            )
        )
    )
