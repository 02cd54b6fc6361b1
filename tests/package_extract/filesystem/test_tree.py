"""Layers over one another: what is visible, where links lead, which layer an entry is of."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from package_extract.filesystem.squash import squash
from package_extract.layer.contents import LayerContents


def layer(*entries, plain=(), whiteouts=(), opaque=()):
    """A layer of (path, kind) pairs: None a directory, "-> x" a symbolic link, "=> x" a hard link, else a wanted file."""
    contents = LayerContents()
    for path, kind in entries:
        node = (1, 0o644)
        if kind is None:
            node = None
        elif kind.startswith("->"):
            node = kind[3:].encode()
        elif kind.startswith("=>"):
            node = (kind[3:].encode(),)
        contents.nodes[path.encode()] = node
    if plain:
        contents.plain = ["\0".join(plain).encode()]
    contents.whiteouts = [path.encode() for path in whiteouts]
    contents.opaque = [path.encode() for path in opaque]
    return contents


def files(*layers):
    return list(squash(layers).files())


F = "file"


def test_whiteout_of_a_file_and_of_a_directory():
    base = layer(("a", None), ("a/x", F), ("a/y", F), ("ab", None), ("ab/z", F))
    assert files(base, layer(whiteouts=["a/x"])) == ["a/y", "ab/z"]
    assert files(base, layer(whiteouts=["a"])) == ["ab/z"]
    assert files(base, layer(whiteouts=["a/nothing", "nothing"])) == ["a/x", "a/y", "ab/z"]


def test_a_directory_that_its_layer_does_not_list_is_taken_away_like_any_other():
    base = layer(("a/b", None), ("a/b/x", F), ("c", F))
    assert files(base, layer(whiteouts=["a"])) == ["c"]
    assert files(base, layer(("a", F))) == ["a", "c"]
    assert files(base, layer(("a", "-> c"))) == ["c"]
    assert files(base, layer(plain=["a"])) == ["c"]
    assert not squash([layer(("a/b", None)), layer(whiteouts=["a"])]).is_directory("a/b")


def test_a_whiteout_hides_only_what_is_below_its_layer():
    base = layer(("a/x", F))
    assert files(base, layer(("a/x", F), whiteouts=["a/x"])) == ["a/x"]
    assert squash([base, layer(("a/x", F), whiteouts=["a/x"])]).layer("a/x") == 1
    assert files(base, layer(whiteouts=["a/x"]), layer(("a/x", F))) == ["a/x"]


def test_a_whiteout_behind_a_link_to_the_root():
    base = layer(("here", "-> ."), ("a/x", F), ("y", F))
    assert files(base, layer(whiteouts=["here/y", "here/here/a"])) == []


def test_opaque_directories():
    base = layer(("a", None), ("a/x", F), ("a/b/y", F), ("c", F))
    assert files(base, layer(("a", None), ("a/new", F), opaque=["a"])) == ["a/new", "c"]
    assert files(base, layer(("new", F), opaque=[""])) == ["new"]
    assert files(base, layer(opaque=["nowhere"])) == ["a/b/y", "a/x", "c"]
    assert squash([base, layer(opaque=["a"])]).is_directory("a")


def test_a_file_replaces_a_directory_and_the_reverse():
    base = layer(("a", None), ("a/x", F), ("b", F))
    assert files(base, layer(("a", F))) == ["a", "b"]
    assert files(base, layer(plain=["a"])) == ["b"]
    assert files(base, layer(("a", "-> b"))) == ["b"]
    assert files(base, layer(("b", None), ("b/y", F))) == ["a/x", "b/y"]
    assert files(base, layer(("b/y", F))) == ["a/x", "b/y"]
    assert files(layer(("a/x", F)), layer(("a", F))) == ["a"]


def test_what_a_layer_itself_replaces():
    one = layer(("a/b/x", F), ("a/b/n", "=> c"), ("a", "-> elsewhere"), ("c", F))
    assert files(one) == ["c"]
    assert list(squash([one]).directories()) == []
    late = layer(("a/b/x", F), ("d", None), ("a", "-> d"), ("a/y", F))
    assert files(late) == ["d/y"]
    reborn = layer(("a/b/x", F), ("a", F), ("a/c/y", F))
    assert files(reborn) == ["a/c/y"]
    assert list(squash([reborn]).directories()) == ["a", "a/c"]


def test_a_file_that_nobody_wants_replaces_a_wanted_one_and_a_link():
    base = layer(("a", F), ("l", "-> a"))
    tree = squash([base, layer(plain=["a", "l"])])
    assert list(tree.files()) == []
    assert list(tree.links()) == []


def test_hard_links_whatever_the_order():
    tree = squash([layer(("a", "=> later"), ("b", "=> a"), ("later", F), ("loop1", "=> loop2"), ("loop2", "=> loop1"))])
    assert list(tree.files()) == ["a", "b", "later"]
    assert tree.file("b").origin == "later"


def test_a_hard_link_keeps_its_content_when_its_target_is_replaced():
    tree = squash([layer(("target", F), ("a", "=> target")), layer(("target", "-> elsewhere"))])
    assert list(tree.files()) == ["a"]
    assert tree.file("a").origin == "target"
    tree = squash([layer(("target", F)), layer(("a", "=> target"))])
    assert (tree.file("a").origin_layer, tree.layer("a")) == (0, 1)


def test_a_parent_that_is_a_link_below():
    base = layer(("usr/lib", None), ("lib", "-> usr/lib"))
    tree = squash([base, layer(("lib/x", F))])
    assert list(tree.files()) == ["usr/lib/x"]
    tree = squash([base, layer(("lib", None), ("lib/x", F))])
    assert list(tree.files()) == ["lib/x"]
    assert tree.link("lib") is None
    assert files(base, layer(("usr/lib/x", F)), layer(whiteouts=["lib/x"])) == []


def test_resolution():
    tree = squash(
        [
            layer(
                ("usr/lib/os-release", F),
                ("etc/os-release", "-> ../usr/lib/os-release"),
                ("lib", "-> usr/lib"),
                ("abs", "-> /etc/os-release"),
                ("escape", "-> ../../../../etc/os-release"),
                ("loop", "-> loop"),
                ("ping", "-> pong"),
                ("pong", "-> ping"),
                ("dangling", "-> nowhere"),
                ("dot", "-> ."),
                *((f"chain{number}", f"-> chain{number + 1}") for number in range(45)),
                ("chain45", F),
            )
        ]
    )
    for path in (
        "etc/os-release",
        "/etc/os-release",
        "abs",
        "escape",
        "lib/os-release",
        "dot/dot/lib/../lib/os-release",
    ):
        assert tree.resolve(path) == "usr/lib/os-release", path
    for path in ("loop", "ping", "dangling", "chain0", "nowhere", "loop/x"):
        assert tree.resolve(path) is None, path
    assert tree.resolve("chain6") == "chain45"
    assert tree.resolve("lib") == "usr/lib"
    assert tree.resolve("") == tree.resolve("/") == ""
    assert tree.is_directory("lib")
    assert tree.is_file("abs")
    assert tree.children("") == sorted({"usr", "etc", "lib", "abs", "escape", "loop", "ping", "pong", "dangling", "dot",
                                        *(f"chain{number}" for number in range(46))})  # fmt: skip
    assert tree.children("usr") == ["lib"]


def test_deep_names_do_not_recurse():
    deep = "/".join("d" * 2000)
    tree = squash([layer((deep, F)), layer((deep + "/x", F), whiteouts=["e"]), layer(whiteouts=["d"])])
    assert list(tree.files()) == []


NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)
ENTRY = st.tuples(NAMES, st.sampled_from([None, F, F, "-> a", "-> ../b", "-> /c"]))


@settings(max_examples=200, deadline=None)
@given(st.lists(ENTRY, max_size=8))
def test_resolution_agrees_with_the_kernel(tmp_path_factory, entries):
    root = tmp_path_factory.mktemp("root")
    made = []
    for path, kind in entries:
        target = root / path
        try:
            if kind is None:
                os.makedirs(target)
            else:
                parent = os.path.dirname(target)
                if os.path.realpath(parent) != parent:  # the kernel would put it elsewhere
                    continue
                os.makedirs(parent, exist_ok=True)
                if kind == F:
                    with open(target, "x"):
                        pass
                else:
                    os.symlink(kind[3:], target)
        except OSError:
            continue
        made.append((path, kind))
    tree = squash([layer(*made)])
    descriptor = os.open(root, os.O_RDONLY)
    try:
        for path, _ in made:
            real = tree.resolve(path)
            real_root = kernel_resolve(str(root), path)
            assert real == real_root, (path, made)
    finally:
        os.close(descriptor)


def kernel_resolve(root, path):
    """What chroot and realpath would say, by the kernel's own rules written out for a root."""
    current, waiting, hops = [], path.split("/"), 0
    while waiting:
        part = waiting.pop(0)
        if part in ("", "."):
            continue
        if part == "..":
            current = current[:-1]
            continue
        full = os.path.join(root, *current, part)
        if os.path.islink(full):
            hops += 1
            if hops > 40:
                return None
            target = os.readlink(full)
            if target.startswith("/"):
                current = []
            waiting = target.split("/") + waiting
        elif os.path.lexists(full):
            current.append(part)
        else:
            return None
    return "/".join(current)


@pytest.mark.parametrize("count", [20_000])
def test_many_whiteouts_of_directories_take_one_pass(count):
    base = layer(*((f"d{number}/x", F) for number in range(count)))
    assert files(base, layer(whiteouts=[f"d{number}" for number in range(count)])) == []
