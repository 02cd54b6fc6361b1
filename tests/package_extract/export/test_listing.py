from benchmarks.documents import generated_document
from package_extract.export.listing import all_listings, listings, listings_of

DOCUMENT = generated_document(20, layers=3)


def by_name(document=DOCUMENT):
    return {listing.name: listing for listing in all_listings(document)}


def cells(listing, index=0):
    return {column.label: column.value(listing.records[index]) for column in listing.columns}


def test_what_is_listed():
    assert list(by_name()) == [
        "packages", "interpreters", "environments", "libraries", "ceilings", "configuration", "layers", "problems",
        "os_release", "abi", "run", "dpkg", "distributions",
    ]  # fmt: skip


def test_a_name_or_a_section():
    assert [each.name for each in listings_of(DOCUMENT, "libraries")] == ["libraries"]
    assert [each.name for each in listings_of(DOCUMENT, "abi")] == ["libraries", "ceilings", "abi"]
    assert [each.name for each in listings_of(DOCUMENT, "image")] == ["configuration", "layers"]
    assert listings_of(DOCUMENT, "nothing") == []


def test_an_environment_has_the_tags_of_its_interpreter():
    row = cells(by_name()["environments"])
    assert row["Python"] == "3.11.2"
    assert row["Wheels up to"] == "cp311-manylinux_2_36_x86_64"
    assert (row["Packages"], row["System site"]) == (10, "no")


def test_every_package_says_path_layer_and_owner():
    python = cells(by_name()["packages"], 10)
    assert python["Path"] == "opt/app/lib/python3.11/site-packages/distribution-0.dist-info"
    assert (python["Layer"], python["Owner"], python["Kind"]) == (0, None, "python")
    assert cells(by_name()["libraries"])["Owner"] == "deb libpart0 1"


def test_columns_that_are_empty_everywhere():
    listing = by_name()["dpkg"]
    assert {"Release", "Epoch", "License"} <= {column.label for column in listing.columns}
    assert [column.label for column in listing.filled().columns] == [
        "Name", "Version", "Architecture", "Status", "Source", "Size",
    ]  # fmt: skip


def test_configuration_has_each_variable_and_label():
    fields = {record["field"]: record["value"] for record in by_name()["configuration"].records}
    assert fields["env LANG"] == "C.UTF-8"
    assert fields["labels org.opencontainers.image.title"] == "science"
    assert not {"layers", "history", "author", "cmd"} & set(fields)


def test_directories_the_largest_first():
    document = generated_document(20, layers=2)
    owner = {"type": "deb", "name": "libpart1", "version": "1"}
    small, large = ({"path": path, "owner": owner, "size": size, "files": 2} for path, size in (("a", 10), ("b", 20)))
    document["image"]["layers"][0]["directories"] = [small]
    document["image"]["layers"][1]["directories"] = [large]
    listing = by_name(document)["directories"]
    assert [record["path"] for record in listing.records] == ["b", "a"]
    told = {"Path": "b", "Size": 20, "Large files": 2, "Layer": 1, "Owner": "deb libpart1 1"}
    assert cells(listing) == told


def test_sections_of_others():
    results = {
        "gems": {
            "packages": [{"name": "rake", "version": "13"}],
            "paths": [{"path": "a", "deep": {"x": [1]}}, {"other": 2}],
        },
        "text": "no section",
        "odd": {"rows": [1, 2], "mixed": [{"a": True}, "b"]},
    }
    found = {each.name: each for each in listings({**DOCUMENT, "results": results})}
    assert [record["name"] for record in found["packages"].records] == ["rake"]
    assert "gems.packages" not in found
    assert cells(found["gems.paths"]) == {"path": "a", "deep": ["x: [1]"], "other": None}
    assert cells(found["odd.mixed"]) == {"a": "yes"}


def test_a_document_without_sections():
    found = {each.name: len(each.records) for each in listings({**DOCUMENT, "results": {}})}
    assert found == {"packages": 0, "configuration": 13, "layers": 3, "problems": 40}
