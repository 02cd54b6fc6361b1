from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from package_extract.resolver.requirements.ranges import marker_of, specifier_of


@pytest.mark.parametrize(
    ("constraint", "specifier"),
    [
        ("*", ""),
        ("", ""),
        ("^1.2.3", ">=1.2.3,<2.0.0"),
        ("^1.2", ">=1.2,<2.0"),
        ("^1", ">=1,<2"),
        ("^0.2.3", ">=0.2.3,<0.3.0"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("^1.2.3b1", ">=1.2.3b1,<2.0.0"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2"),
        ("1.*", ">=1,<2"),
        ("1.2.*", ">=1.2,<1.3"),
        ("==1.2.*", ">=1.2,<1.3"),
        ("1.2.3", "==1.2.3"),
        ("==1.2.3", "==1.2.3"),
        ("~=1.2.3", "~=1.2.3"),
        (">=1.2,<2.0", ">=1.2,<2.0"),
        (">= 1.2 , < 2.0", ">=1.2,<2.0"),
        (">=1.2 <2.0", ">=1.2,<2.0"),
        (">=1.2,!=1.5", ">=1.2,!=1.5"),
        ("^1.0 || ^2.0", ">=1.0,<3.0"),
        ("^1.0 | ^3.0", ">=1.0,<4.0,!=2.*"),
        ("~1.2 || ~1.5", ">=1.2,<1.6,!=1.3.*,!=1.4.*"),
        ("<2 || >=3", "!=2.*"),
        ("^1 || *", ""),
        ("=1.2.3", "==1.2.3"),
        ("= 1.*", ">=1,<2"),
        ("^1!2.0", ">=1!2.0,<1!3.0"),
        ("~1!2.0", ">=1!2.0,<1!2.1"),
        ("1!2.*", ">=1!2,<1!3"),
        ("^1.2 ~0.1 || ^3", ">=3,<4"),
        ("^5.15.2 || ^6.2.1", ">=5.15.2,<7.0.0,!=6.0.*,!=6.1.*,!=6.2.0.*"),
    ],
)
def test_constraints_of_versions(constraint: str, specifier: str) -> None:
    assert specifier_of(constraint) == specifier


@pytest.mark.parametrize(
    "constraint", ["^", "^x", "1.0 || 2.5", ">=1 ||", "^1.0 || ^900", "^0.9 || ^1.0", "1.* || ^1!3", "1..2", "!!1"]
)
def test_constraints_that_cannot_be_written(constraint: str) -> None:
    if constraint == ">=1 ||":
        assert specifier_of(constraint) == ""
        return
    with pytest.raises(ValueError, match=r"no constraint|cannot be written"):
        specifier_of(constraint)


@pytest.mark.parametrize(
    ("constraint", "inside", "outside"),
    [
        ("^3.9", ["3.9.0", "3.12.4"], ["3.8.9", "4.0.0"]),
        ("~3.9", ["3.9.18"], ["3.10.0"]),
        (">=3.8,<3.12", ["3.8.1", "3.11.9"], ["3.12.0"]),
        ("~2.7 || ^3.6", ["2.7.18", "3.6.1"], ["3.5.9", "2.6.0"]),
        ("3.11.*", ["3.11.0"], ["3.12.0"]),
    ],
)
def test_constraints_of_python(constraint: str, inside: list[str], outside: list[str]) -> None:
    marker = Marker(marker_of(constraint))

    assert all(marker.evaluate({"python_full_version": version}) for version in inside)
    assert not any(marker.evaluate({"python_full_version": version}) for version in outside)


def test_any_python() -> None:
    assert marker_of("*") == ""


releases = st.lists(st.integers(0, 5), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
constraints = st.builds(lambda sign, release: sign + release, st.sampled_from(["^", "~", ">=", "<"]), releases)


@given(st.lists(constraints, min_size=1, max_size=3), releases)
def test_alternatives_allow_what_one_of_them_allows(parts: list[str], release: str) -> None:
    try:
        joined = SpecifierSet(specifier_of(" || ".join(parts)))
    except ValueError:
        return
    allowed = any(SpecifierSet(specifier_of(part)).contains(release) for part in parts)
    assert joined.contains(Version(release)) == allowed


@given(st.text(alphabet="^~<>=!|,.* 0123ab", max_size=20))
def test_any_text_is_understood_or_refused(text: str) -> None:
    kinds: set[type] = set()
    try:
        kinds.add(type(SpecifierSet(specifier_of(text))))
    except ValueError as error:
        kinds.add(type(error))
    assert kinds <= {SpecifierSet, ValueError}
