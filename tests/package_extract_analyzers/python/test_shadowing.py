from package_extract_analyzers.python.distributions import Distribution
from package_extract_analyzers.python.shadowing import mark_overlaid, mark_vendored, winners


def distribution(path: str, name: str | None = "a", paths: str = "") -> Distribution:
    one = Distribution(path)
    one.add(f"{path}/METADATA", "metadata", {"name": [name]} if name else {})
    one.add(f"{path}/RECORD", "files", {"paths": paths})
    return one


def test_winners() -> None:
    named = distribution("s/a-1.dist-info")
    nameless = distribution("s/a-2.dist-info", None)
    egg_info = distribution("s/a-3.egg-info")
    egg = distribution("s/a-4.egg")
    later = distribution("t/a-5.egg")
    found = [later, egg, egg_info, nameless, named]
    order = []
    while found:
        winner = winners(found, ["s"], lambda _: 0)["a"]
        order.append(winner)
        found.remove(winner)
    assert order == [named, egg_info, egg, nameless, later]


def test_of_equals_the_later_layer_wins() -> None:
    layers = {"s/a-1.dist-info/METADATA": 3, "s/a-2.dist-info/METADATA": 1}
    found = [distribution("s/a-1.dist-info"), distribution("s/a-2.dist-info")]
    assert winners(found, ["s"], layers.get)["a"] is found[0]
    assert winners(found[::-1], ["s"], lambda _: None)["a"] is found[1]


def test_mark_overlaid_passes_over_what_is_shadowed_itself() -> None:
    upper = [{"normalized_name": "a", "metadata_path": "u/a", "shadowed_by": "x"}]
    lower = [{"normalized_name": "a", "metadata_path": "l/a", "shadowed_by": None}]
    mark_overlaid(lower, upper)
    assert lower[0]["shadowed_by"] is None
    upper[0]["shadowed_by"] = None
    mark_overlaid(lower, upper)
    assert lower[0]["shadowed_by"] == "u/a"


def test_mark_vendored_finds_the_one_that_lists_the_directory() -> None:
    row = {"owner": None, "shadowed_by": None}
    carriers = [
        distribution("s/x-1.dist-info", "x", "x_vendor/a"),
        distribution("s/y-1.dist-info", "y", "z\nx/vendor/a"),
    ]
    mark_vendored([row], "s/x/vendor", "s", carriers)
    assert row == {"owner": {"type": "python", "name": "y", "version": "1"}, "shadowed_by": "s/y-1.dist-info"}
