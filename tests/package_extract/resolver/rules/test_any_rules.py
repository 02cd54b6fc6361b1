"""Whatever the data of rules is: it is loaded or reported, and what is loaded can be used."""

from __future__ import annotations

import copy
import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from package_extract.resolver.rules.conditions import included
from package_extract.resolver.rules.effects import EffectSettings, effects_of
from package_extract.resolver.rules.environment import Circumstances
from package_extract.resolver.rules.index import encode_unit
from package_extract.resolver.rules.linting import lint_units
from package_extract.resolver.rules.loading import load
from package_extract.resolver.rules.opening import BUILT_IN
from tests.package_extract.resolver.rules.writing import image, python

BUILT = [yaml.safe_load(path.read_text()) for path in sorted(BUILT_IN.glob("[a-z]*.yaml"))]
UNITS = [(kind, unit) for file in BUILT for kind, units in file["units"].items() for unit in units]
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=8), st.dates(),
    st.sampled_from([[], {}, [None], {"not": []}, {"not": None}, {"not": [None]}, "<1,>2", "==git", "*", ">=1", "(", [[]]]),
)  # fmt: skip
KEYS = ["version", "not", "index_url", "abi", "hardware", "labels", "dependencies", "base_images", "platforms", "score",
        "rpm_packages", "python_packages", "library_usage", "group", "state", "resolved_dependencies", "link"]  # fmt: skip


def places(value, path=()):
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in children:
        yield from places(each, (*path, key))


def changed(data, unit):
    """A unit with something in it replaced, added or taken away."""
    unit = copy.deepcopy(unit)
    path = data.draw(st.sampled_from([path for path in places(unit) if path]))
    parent = unit
    for key in path[:-1]:
        parent = parent[key]
    action = data.draw(st.sampled_from(["replace", "add", "remove"]))
    if action == "replace":
        parent[path[-1]] = data.draw(VALUES)
    elif action == "remove":
        del parent[path[-1]]
    elif isinstance(parent, dict):
        parent[data.draw(st.sampled_from(KEYS))] = data.draw(VALUES)
    return unit


def has_long_integer(value):
    """Whether there is a number in it that index files cannot hold."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(map(has_long_integer, children)) or (isinstance(value, int) and not -(2**63) <= value < 2**64)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_rules_with_something_wrong_in_them(tmp_path_factory, data):
    kind, unit = data.draw(st.sampled_from(UNITS))
    for _ in range(data.draw(st.integers(1, 3))):
        if any(path for path in places(unit) if path):
            unit = changed(data, unit)
    path = tmp_path_factory.mktemp("rules") / "x.yaml"
    path.write_text(yaml.safe_dump({"units": {kind: [unit]}}))
    found = load([path])
    assert len(found.units) == (not found.problems)
    assert all(problem.line >= 1 for problem in found.problems)
    for each in found.units:
        if has_long_integer([each.should_include, each.match, each.run]):
            with pytest.raises(ValueError, match="64-bit"):  # compiling makes it a problem of the unit
                encode_unit(each)
        else:
            json.loads(encode_unit(each).body)
    list(lint_units(found.units))
    facts = image(pythons=(python("six 1"), python("odd version")), cuda_version="12.4")
    for mode in ("intent", "strict"):
        counting, _ = included(found.units, facts, Circumstances(mode=mode, library_usage={"a": ["b"]}))
        effects_of(counting, facts, EffectSettings(mode, skip_packages=True, indexes=("https://pypi.org/simple",)))
