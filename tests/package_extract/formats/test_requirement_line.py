import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from package_extract.formats.requirement_line import pinned_version, read_requirement


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("requests", ("requests", None, None)),
        ("requests[socks, x] == 2.31.0", ("requests", "2.31.0", "== 2.31.0")),
        ("zope.interface (>=5,<6)", ("zope.interface", None, ">=5,<6")),
        ("a==1.*", ("a", None, "==1.*")),
        ("a===1", ("a", "1", "===1")),
        ("a>=1,!=1.5 ; python_version > '3'", ("a", None, ">=1,!=1.5")),
        ("a @ https://user:secret@host/a.whl", ("a", None, None)),
        ("./directory", None),
        ("https://host/a.whl", None),
        ("a b", None),
        ("", None),
    ],
)
def test_lines(line: str, expected: object) -> None:
    assert read_requirement(line) == expected


def test_pins() -> None:
    assert pinned_version(" (== 1.0+local) ") == "1.0+local"
    assert pinned_version("==1,!=2") is None
    assert pinned_version("~=1") is None


NAMES = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
CLAUSES = st.builds("{}{}".format, st.sampled_from(["==", ">=", "<", "!=", "~="]), st.sampled_from(["1.0", "2.1.3"]))


@given(
    name=NAMES,
    clauses=st.lists(CLAUSES, max_size=3),
    space=st.sampled_from(["", " "]),
    marker=st.sampled_from(["", "; os_name == 'posix'"]),
)
def test_the_same_as_packaging(name: str, clauses: list[str], space: str, marker: str) -> None:
    line = f"{name}{space}{(',' + space).join(clauses)}{marker}"
    told = Requirement(line)
    found = read_requirement(line)
    assert found is not None
    specifiers = [*told.specifier]
    pins = [clause.version for clause in specifiers if clause.operator == "=="] if len(specifiers) == 1 else []
    assert found[:2] == (told.name, pins[0] if pins else None)
    assert set((found[2] or "").replace(" ", "").split(",")) - {""} == {str(clause) for clause in specifiers}


@given(text=st.text(max_size=80))
def test_any_text_is_a_requirement_or_none(text: str) -> None:
    found = read_requirement(text)
    assert found is None or found[0] in text
