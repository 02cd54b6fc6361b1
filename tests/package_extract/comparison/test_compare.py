import copy

import pytest

from benchmarks.documents import changed, generated_document
from package_extract.comparison import compare
from package_extract.document.document import Document
from package_extract.document.reading import load_valid
from package_extract.document.writing import encode

BASE = generated_document(20, layers=3)


@pytest.fixture
def after():
    """A copy to change."""
    return copy.deepcopy(BASE)


def packages(comparison, kind, environment=None):
    return next(each for each in comparison["packages"] if (each["kind"], each["environment"]) == (kind, environment))


def test_a_document_is_the_same_as_itself():
    comparison = compare(BASE, copy.deepcopy(BASE))
    assert comparison["same"] is True
    assert comparison["layers"] == {"shared": 3, "removed": [], "added": []}
    assert [each["unchanged"] for each in comparison["packages"]] == [10, 10]


def test_documents_as_objects_and_as_plain_data():
    other = changed(BASE)
    objects = [Document.model_validate(load_valid(encode(document))) for document in (BASE, other)]
    assert compare(*objects) == compare(BASE, other)


def test_the_other_way_round_is_the_opposite():
    other = changed(BASE)
    there, back = compare(BASE, other), compare(other, BASE)
    for one, opposite in zip(there["packages"], back["packages"], strict=True):
        assert (one["added"], one["removed"]) == (opposite["removed"], opposite["added"])
        assert [each["before"] for each in one["changed"]] == [each["after"] for each in opposite["changed"]]
    assert there["build"]["gained"] == back["build"]["lost"]


def test_packages(after):
    dpkg = after["results"]["dpkg"]["packages"]
    dpkg[0]["version"] = "9"
    dpkg[1]["installed"] = False
    dpkg.append({**dpkg[2], "name": "new"})
    debs = packages(compare(BASE, after), "deb")
    assert debs["changed"] == [{"name": "libpart0", "before": ["1.0-2+deb12u0"], "after": ["9"]}]
    assert debs["removed"] == [{"name": "libpart1", "versions": ["1.1-2+deb12u1"]}]
    assert debs["added"] == [{"name": "new", "versions": [dpkg[2]["version"]]}]
    assert debs["unchanged"] == 8


def test_several_versions_and_architectures(after):
    dpkg = after["results"]["dpkg"]["packages"]
    dpkg.append({**dpkg[0], "architecture": "i386"})
    dpkg.append({**dpkg[1], "version": "2"})
    debs = packages(compare(BASE, after), "deb")
    assert debs["added"] == [{"name": "libpart0:i386", "versions": ["1.0-2+deb12u0"]}]
    assert debs["changed"] == [{"name": "libpart1", "before": ["1.1-2+deb12u1"], "after": ["1.1-2+deb12u1", "2"]}]


def test_the_same_packages_of_another_architecture_are_no_difference(after):
    for package in after["results"]["dpkg"]["packages"]:
        package["architecture"] = "arm64"
    after["results"]["dpkg"]["packages"][3]["architecture"] = "all"
    assert compare(BASE, after)["same"] is True


def test_names_of_python_distributions_are_compared_normalized_and_shadowed_ones_passed_over(after):
    site = after["results"]["python_packages"]["environments"][0]["packages"]
    site[0]["name"] = "Distribution_0"
    site.append({**site[1], "version": "0.0.1", "shadowed_by": site[1]["metadata_path"]})
    assert compare(BASE, after)["same"] is True


def test_an_environment_that_is_new(after):
    environments = after["results"]["python_packages"]["environments"]
    environments.append({**environments[0], "prefix": "srv/venv", "packages": environments[0]["packages"][:2]})
    new = packages(compare(BASE, after), "python", "srv/venv")
    assert (len(new["added"]), new["removed"], new["unchanged"]) == (2, [], 0)


def test_packages_of_a_section_of_somebody_else(after):
    before = copy.deepcopy(BASE)
    before["results"]["gems"] = {"packages": [{"name": "rake", "version": "13"}]}
    after["results"]["gems"] = {"packages": [{"name": "rake", "version": 14}]}
    assert packages(compare(before, after), "gems")["changed"] == [{"name": "rake", "before": ["13"], "after": ["14"]}]


def test_configuration(after):
    after["image"] |= {
        "user": "root",
        "env": {"PATH": "/bin", "NEW": "1"},
        "labels": {},
        "created": "2030-01-01T00:00:00Z",
    }
    image = compare(BASE, after)["image"]
    assert image["changes"] == [{"field": "user", "before": "1001", "after": "root"}]
    assert image["env"] == {
        "added": {"NEW": "1"},
        "removed": {"LANG": "C.UTF-8"},
        "changed": [{"field": "PATH", "before": "/opt/app/bin:/usr/bin", "after": "/bin"}],
    }
    assert image["labels"]["removed"] == {"org.opencontainers.image.title": "science"}


def test_system(after):
    after["results"]["os_release"]["version_id"] = "13"
    assert compare(BASE, after)["system"] == [{"field": "version_id", "before": "12", "after": "13"}]


def test_layers_are_shared_by_content_whatever_their_compression(after):
    after["image"]["layers"][0]["digest"] = "sha256:" + "f" * 64
    after["image"]["layers"][2] = {"digest": "sha256:new", "size": 5, "created_by": "RUN it"}
    layers = compare(BASE, after)["layers"]
    assert layers["shared"] == 2
    assert [layer["index"] for layer in layers["removed"]] == [2]
    assert layers["added"] == [
        {
            "index": 2,
            "digest": "sha256:new",
            "diff_id": None,
            "size": 5,
            "compressed_size": None,
            "created_by": "RUN it",
        }
    ]


def test_layers_without_a_digest_are_not_compared(after):
    before = copy.deepcopy(BASE)
    for document in (before, after):
        document["image"]["layers"] = [{"size": 1}]
    assert compare(before, after)["same"] is True


def python(document):
    return document["results"]["python_interpreters"]["interpreters"][0]


def test_a_newer_interpreter_under_the_same_link(after):
    python(after).update(path="usr/bin/python3.12", version="3.12.4", abis=["cp312"])
    comparison = compare(BASE, after)
    (changed_one,) = comparison["interpreters"]["changed"]
    assert {"field": "path", "before": "usr/bin/python3.11", "after": "usr/bin/python3.12"} in changed_one["changes"]
    assert "cp312-cp312-manylinux_2_36_x86_64" in changed_one["tags_gained"]
    assert "cp311-cp311-manylinux_2_36_x86_64" in changed_one["tags_lost"]
    assert "cp311-none-any" in changed_one["tags_lost"]
    assert not set(changed_one["tags_gained"]) & set(changed_one["tags_lost"])
    assert "py3-none-any" not in changed_one["tags_gained"]
    assert comparison["build"]["gained"]["tags"] == {"usr/bin/python3.12": changed_one["tags_gained"]}


def test_interpreters_that_came_and_went(after):
    python(after).update(path="opt/python", aliases=[])
    interpreters = compare(BASE, after)["interpreters"]
    assert [each["path"] for each in interpreters["added"]] == ["opt/python"]
    assert [each["path"] for each in interpreters["removed"]] == ["usr/bin/python3.11"]
    assert interpreters["changed"] == []


def test_an_interpreter_whose_version_is_not_known(after):
    python(after)["version"] = None
    (changed_one,) = compare(BASE, after)["interpreters"]["changed"]
    assert changed_one["tags_gained"] == []
    assert "py3-none-any" in changed_one["tags_lost"]


def test_a_newer_c_library_takes_more_wheels(after):
    python(after)["platforms"].insert(1, "manylinux_2_41_x86_64")
    gained = compare(BASE, after)["build"]["gained"]["tags"]["usr/bin/python3.11"]
    assert "cp311-cp311-manylinux_2_41_x86_64" in gained
    assert all(tag.endswith("-manylinux_2_41_x86_64") for tag in gained)


def test_libraries(after):
    abi = after["results"]["abi"]
    abi["ceilings"]["GLIBC"] = "2.41"
    abi["libraries"][1] |= {"defines": ["PART_1.0"]}
    abi["libraries"].append({**abi["libraries"][0], "soname": "libnew.so.1"})
    abi["libraries"].append({**abi["libraries"][0], "soname": "libhidden.so.1", "in_search_path": False})
    abi["libraries"].append({**abi["libraries"][0], "soname": "libforeign.so.1", "machine": "aarch64"})
    comparison = compare(BASE, after)
    assert comparison["abi"]["ceilings"]["changed"] == [{"field": "GLIBC", "before": "2.36", "after": "2.41"}]
    assert comparison["abi"]["libraries"] == {
        "added": ["libnew.so.1"],
        "removed": [],
        "changed": [{"name": "libpart1.so.1", "versions_gained": ["PART_1.0"], "versions_lost": ["PART_0.0"]}],
    }
    assert comparison["build"]["lost"]["symbol_versions"] == {"libpart1.so.1": ["PART_0.0"]}
    assert comparison["build"]["gained"]["libraries"] == ["libnew.so.1"]


def test_cuda(after):
    before = copy.deepcopy(BASE)
    section = {"toolkits": [{"version": "12.4", "path": "usr/local/cuda"}], "libraries": [], "minimum_driver": "550"}
    before["results"]["cuda"] = section
    cudnn = [{"name": "cudnn", "version": version} for version in ("9.1", "8.9")]
    after["results"]["cuda"] = {**section, "minimum_driver": "560", "libraries": cudnn}
    cuda = compare(before, after)["cuda"]
    assert cuda["changes"] == [{"field": "minimum_driver", "before": "550", "after": "560"}]
    assert cuda["libraries"]["added"] == {"cudnn": "8.9, 9.1"}
    assert cuda["toolkits"] == {"added": {}, "removed": {}, "changed": []}


@pytest.mark.parametrize("section", list(BASE["results"]))
def test_nothing_is_said_of_what_one_document_does_not_know(section, after):
    del after["results"][section]
    for comparison in (compare(BASE, after), compare(after, BASE)):
        assert comparison["not_compared"] == [section]
        assert comparison["same"] is True


def test_nothing_but_images():
    empty = {**BASE, "results": {}}
    assert compare(empty, empty)["same"] is True
