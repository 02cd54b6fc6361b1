import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.conda_environment import read_conda_environment


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("numpy", ("numpy", None, None)),
        ("numpy=1.26.4", ("numpy", "1.26.4", "=1.26.4")),
        ("numpy==1.26.4", ("numpy", "1.26.4", "==1.26.4")),
        ("numpy=1.26.4=py311_0", ("numpy", "1.26.4", "=1.26.4=py311_0")),
        ("numpy 1.26", ("numpy", "1.26", "1.26")),
        ("numpy=1.*", ("numpy", None, "=1.*")),
        ("numpy >=1,<2", ("numpy", None, ">=1,<2")),
        ("conda-forge::numpy>=1", ("numpy", None, ">=1")),
        ('"quoted=1"', ("quoted", "1", "=1")),
    ],
)
def test_items(item: str, expected: object) -> None:
    assert read_conda_environment(f"dependencies:\n  - {item}\n".encode()) == [expected]


def test_only_dependencies_count() -> None:
    data = b"channels:\n- defaults\ndependencies:\n- a\n- pip:\n  - b==1\n  - -e .\n- c\nvariables:\n- d\n"
    assert read_conda_environment(data) == [("a", None, None), ("b", "1", "==1"), ("c", None, None)]


@given(data=st.text(st.sampled_from("ab1=:- '#\n"), max_size=100))
def test_any_text(data: str) -> None:
    assert isinstance(read_conda_environment(b"dependencies:\n" + data.encode()), list)
