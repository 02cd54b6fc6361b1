import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import PackageExtractError
from package_extract.resolver.errors import InvalidRequirement
from package_extract.service.requirements import read_requirements


def test_lines():
    request = read_requirements("flask>=3 ; python_version > '3'  # why\n\n# comment\nnumpy[x]<2\n")
    assert [(str(each.requirement), each.origin) for each in request.requirements] == [
        ('flask>=3; python_version > "3"', "requirements:1"), ("numpy[x]<2", "requirements:4")]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "# nothing", "-r other.txt", "--index-url https://example.org", "a @ file:///etc/passwd", "./a", "/a.whl",
     "https://example.org/a.whl", "a==1 --hash=sha256:00"],
)  # fmt: skip
def test_refused(text):
    with pytest.raises(InvalidRequirement):
        read_requirements(text)


@given(st.text())
def test_any_text(text):
    try:
        request = read_requirements(text)
    except PackageExtractError:
        return
    assert all(each.requirement.url is None for each in request.requirements)
