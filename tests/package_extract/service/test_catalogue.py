import json

import pytest

from package_extract.pipeline import run
from package_extract.service.catalogue import Catalogue, Search
from package_extract.service.facts import Fact, facts_of
from package_extract.store import open_store
from package_extract.store.documents import Documents, digest_id

DPKG = b"Package: base\nStatus: install ok installed\nVersion: 1.2-3\nArchitecture: all\n\n"
LONG = {"python_packages": {"environments": [{"packages": [
    {"name": "My_Package", "normalized_name": "my-package", "version": "2.10.1"}]}]},
    "python_interpreters": {"interpreters": [{"implementation": "cpython", "version": "3.11.2"}]},
    "rpm": {"packages": [{"name": "bash", "version": "5", "release": "1"}]},
    "apk": {"packages": [{"name": "musl", "version": "1.2"}]},
    "cuda": {"toolkits": [{"version": "12.2.2"}]},
    "abi": {"libraries": [{"path": "usr/lib/libc.so.6", "soname": "libc.so", "defines": ["GLIBC_2.36"]}]}}  # fmt: skip


@pytest.fixture
def documents(tmp_path):
    return Documents(open_store(str(tmp_path / "store")))


@pytest.fixture
def catalogue(tmp_path, documents, layout):
    for number in range(3):
        document = run(layout({"etc/os-release": b"ID=debian\nVERSION_ID=1%d\n" % number,
                               "var/lib/dpkg/status": DPKG}, name=f"image{number}"))  # fmt: skip
        if number == 2:
            document["results"] |= LONG
        documents.keep(digest_id(document["image"]["digest"]), document["image"], json.dumps(document).encode())
    documents.store.create("documents/broken.json", b"{}")
    catalogue = Catalogue(tmp_path / "catalogue.sqlite", documents)
    catalogue.refresh()
    yield catalogue
    catalogue.close()


def found(catalogue, **words):
    rows, total = catalogue.search(Search(**words), 0, 10)
    assert total == len(rows)
    return [row["os_version"] for row in rows]


@pytest.mark.parametrize(
    ("words", "versions"),
    [
        ({}, ["10", "11", "12"]),
        ({"os_name": "debian", "os_version": "11"}, ["11"]),
        ({"os_version": "1"}, []),
        ({"deb_package_name": "base"}, ["10", "11", "12"]),
        ({"image_name": "IMAGE1"}, ["11"]),
        ({"image_name": "%"}, []),
        ({"python_version": "3.11"}, ["12"]),
        ({"python_version": "3.1"}, []),
        ({"cuda_version": "12"}, ["12"]),
        ({"package_name": "my.package"}, ["12"]),
        ({"package_name": "my.package", "package_version": "2.1"}, []),
        ({"package_name": "my.package", "package_version": "2.10"}, ["12"]),
        ({"rpm_package_name": "bash", "apk_package_name": "musl"}, ["12"]),
        ({"library_name": "libc.so.6", "symbol": "GLIBC_2.36"}, ["12"]),
        ({"symbol": "GLIBC_2.37"}, []),
        ({"symbol": "' or 1=1 --"}, []),
    ],
)
def test_search(catalogue, words, versions):
    assert found(catalogue, **words) == versions


def test_pages(catalogue):
    pages = [catalogue.search(Search(), page, 2) for page in range(3)]
    assert [[row["os_version"] for row in rows] for rows, _ in pages] == [["10", "11"], ["12"], []]
    assert {total for _, total in pages} == {3}


def test_what_is_known_of_an_image(catalogue):
    [image], _ = catalogue.search(Search(python_version="3"), 0, 10)
    assert (image["python_versions"], image["cuda_versions"], image["os"]) == (["3.11.2"], ["12.2.2"], "linux")


def test_by_digest(catalogue):
    [image], _ = catalogue.search(Search(os_version="11"), 0, 10)
    for name in ("digest", "config_digest"):
        assert catalogue.by_digest(image[name]) == image["document"]
    assert catalogue.by_digest(image["digest"], "linux/amd64") == image["document"]
    assert catalogue.by_digest(image["digest"], "linux/arm64") is None
    assert catalogue.by_digest("sha256:00") is None


def test_a_document_that_changed_is_taken_in_anew(catalogue, documents):
    [image], _ = catalogue.search(Search(os_version="12"), 0, 10)
    document = json.loads(documents.get(image["document"]))
    document["results"] = {}
    documents.keep(image["document"], document["image"], json.dumps(document).encode(), replace=True)
    catalogue.add(image["document"])
    assert found(catalogue, symbol="GLIBC_2.36") == []


def test_facts():
    assert Fact("package", "my-package", "2.10.1") in facts_of(LONG)
    assert facts_of({}) == set()
    assert facts_of({"rpm": None}) == set()
