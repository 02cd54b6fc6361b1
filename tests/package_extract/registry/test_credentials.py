import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from package_extract.errors import AccessDenied
from package_extract.image.options import OpenOptions
from package_extract.reference import parse_reference
from package_extract.registry.credentials import basic_authorization

IMAGE = parse_reference("docker://registry.example:5000/team/app:1")


def pair(text):
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def authfile(tmp_path):
    def write(entries):
        path = tmp_path / "auth.json"
        path.write_text(json.dumps({"auths": {name: {"auth": pair(text)} for name, text in entries.items()}}))
        return OpenOptions(authfile=str(path))

    return write


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ({"registry.example:5000": "a:b"}, "a:b"),
        ({"https://registry.example:5000": "a:b"}, "a:b"),
        ({"registry.example:5000": "a:b", "registry.example:5000/team": "c:d"}, "c:d"),
        ({"registry.example:5000/team/app": "e:f", "registry.example:5000/team": "c:d"}, "e:f"),
        ({"registry.example": "a:b", "registry.example:5000/te": "c:d", "docker.io": "e:f"}, None),
    ],
)
def test_the_longest_name_counts(authfile, entries, expected):
    assert basic_authorization(IMAGE, authfile(entries)) == (expected and f"Basic {pair(expected)}")


def test_docker_hub_under_its_old_name(authfile):
    options = authfile({"https://index.docker.io/v1/": "a:b"})
    assert basic_authorization(parse_reference("docker://debian:12"), options) == f"Basic {pair('a:b')}"


def test_who_is_named_comes_first(authfile):
    options = authfile({"registry.example:5000": "a:b"})
    assert basic_authorization(IMAGE, options._replace(username="u", password="p")) == f"Basic {pair('u:p')}"
    named = parse_reference("docker://x:y@registry.example:5000/team/app:1")
    assert basic_authorization(named, options) == f"Basic {pair('x:y')}"


def test_the_usual_files_are_looked_for(tmp_path, monkeypatch):
    for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "DOCKER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert basic_authorization(IMAGE, OpenOptions()) is None
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").write_text(json.dumps({"auths": {IMAGE.registry: {"auth": pair("a:b")}}}))
    assert basic_authorization(IMAGE, OpenOptions()) == f"Basic {pair('a:b')}"


def test_a_file_that_is_not_there_is_said():
    with pytest.raises(AccessDenied, match="cannot be read"):
        basic_authorization(IMAGE, OpenOptions(authfile="/nowhere/auth.json"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.binary()
    | st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(
        st.sampled_from(["auths", "auth", "registry.example:5000"]) | st.text(), x)).map(lambda x: json.dumps(x).encode())
)  # fmt: skip
def test_any_file(tmp_path, content):
    path = tmp_path / "auth.json"
    path.write_bytes(content)
    try:
        found = basic_authorization(IMAGE, OpenOptions(authfile=str(path)))
    except AccessDenied:
        return
    assert found is None or found.startswith("Basic ")
