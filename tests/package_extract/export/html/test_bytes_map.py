"""Trees of sizes: layer, package, directory."""

import copy

from benchmarks.documents import SITE, generated_document
from package_extract.export.html.bytes_map import MOST_BOXES, bytes_trees

DOCUMENT = generated_document(20, layers=3)


def with_directories(layer, *rows, document=DOCUMENT):
    found = copy.deepcopy(document)
    found["image"]["layers"][layer]["directories"] = [
        {"path": path, "owner": owner, "size": size, "files": 2} for path, owner, size in rows
    ]
    return found


def owner(kind, name):
    for row in DOCUMENT["results"]["dpkg"]["packages"] if kind == "deb" else environments(DOCUMENT)[0]["packages"]:
        if row["name"] == name:
            return {"type": kind, "name": name, "version": row["version"]}
    raise LookupError(name)


def environments(document):
    return document["results"]["python_packages"]["environments"]


def child(node, *names):
    for name in names:
        node = next(each for each in node["children"] if each["name"] == name)
    return node


def names(node):
    return [each["name"] for each in node["children"]]


def test_what_is_known_of_a_layer_and_everything_else():
    document = generated_document(20, layers=1)
    layer = bytes_trees(document)["Layers"]["children"][0]
    assert layer["size"] == document["image"]["layers"][0]["size"]
    assert sum(each["size"] for each in layer["children"]) == layer["size"]
    assert layer["children"][0]["name"] == "everything else"
    document["image"]["layers"][0]["size"] = 10
    children = bytes_trees(document)["Layers"]["children"][0]["children"]
    assert [each["name"] for each in children] == [f"libpart{number}" for number in range(9, 0, -1)]


def test_directories_are_in_their_packages_and_these_in_their_layers():
    package = environments(DOCUMENT)[0]["packages"][1]
    layer = package["layer"]
    mine = owner("python", package["name"])
    document = with_directories(layer, (f"{SITE}/it", mine, 300), (f"{SITE}/it/inner", mine, 200), ("data", None, 50))
    environments(document)[0]["packages"][1]["size"] = 900
    node = child(bytes_trees(document)["Layers"], f"layer {layer}", package["name"])
    assert [(each["name"], each["size"]) for each in node["children"]] == [
        ("smaller files", 400),
        ("site-packages/it", 300),
        ("it/inner", 200),
    ]
    assert node["size"] == 900
    assert node["children"][2]["detail"] == f"/{SITE}/it/inner, 2 large files"
    loose = child(bytes_trees(document)["Layers"], f"layer {layer}", "in no package")
    assert [(each["name"], each["size"]) for each in loose["children"]] == [("/data", 50)]


def test_large_files_that_are_more_than_the_database_says():
    document = with_directories(0, ("usr/lib", owner("deb", "libpart1"), 5_000_000))
    document["image"]["layers"] = document["image"]["layers"][:1]
    node = child(bytes_trees(document)["Layers"], "layer 0", "libpart1")
    assert (node["size"], names(node)) == (5_000_000, ["usr/lib"])


def test_files_of_a_package_in_a_layer_that_it_did_not_come_in():
    package = environments(DOCUMENT)[0]["packages"][1]
    elsewhere = (package["layer"] + 1) % 3
    document = with_directories(elsewhere, (f"{SITE}/it", owner("python", package["name"]), 300))
    environments(document)[0]["packages"][1]["size"] = 900
    node = child(bytes_trees(document)["Layers"], f"layer {elsewhere}", package["name"])
    assert node["size"] == 300


def test_of_two_environments_the_one_that_the_files_are_in():
    document = copy.deepcopy(DOCUMENT)
    other = copy.deepcopy(environments(document)[0])
    other["prefix"] = "srv/other"
    environments(document).append(other)
    package = other["packages"][1]
    mine = owner("python", package["name"])
    rows = [("srv/other/lib/it", mine, 10**8), (f"{SITE}/it", mine, 10**7)]
    document = with_directories(package["layer"], *rows, document=document)
    layer = child(bytes_trees(document)["Layers"], f"layer {package['layer']}")
    assert child(layer, "/srv/other", package["name"])["size"] == 10**8
    assert child(layer, "/opt/app", package["name"])["size"] == 10**7


def test_an_owner_that_no_section_lists():
    document = with_directories(1, ("usr/lib", {"type": "rpm", "name": "gone"}, 10**8))
    assert child(bytes_trees(document)["Layers"], "layer 1", "gone", "usr/lib")["size"] == 10**8


def test_many_small_boxes_become_one():
    root = bytes_trees(generated_document(1000, layers=2))["Packages"]
    assert len(root["children"]) == MOST_BOXES + 1
    assert root["children"][-1]["name"] == "249 more"
    assert root["size"] == sum(each["size"] for each in root["children"])
