"""What users write for an image."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import InvalidReference, NoSuchImage, PackageExtractError
from package_extract.reference import Reference, parse_reference


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "registry", "repository"),
    [
        ("debian", "docker.io", "debian"),
        ("debian:12", "docker.io", "debian"),
        ("docker:24-dind", "docker.io", "docker"),
        ("library/debian:12", "docker.io", "library/debian"),
        ("quay.io/a/b_c/d-e:1.0_x", "quay.io", "quay.io/a/b_c/d-e"),
        ("localhost/a", "localhost", "localhost/a"),
        ("localhost:5000/a:1", "localhost:5000", "localhost:5000/a"),
        ("[::1]:5000/a", "[::1]:5000", "[::1]:5000/a"),
        (f"quay.io/a@{DIGEST}", "quay.io", "quay.io/a"),
        (f"quay.io/a:1@{DIGEST}", "quay.io", "quay.io/a"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "docker://"])
def test_names_in_registries(text: str, registry: str, repository: str, prefix: str) -> None:
    reference = parse_reference(prefix + text)
    assert (reference.transport, reference.location, str(reference)) == ("docker", text, prefix + text)
    assert (reference.registry, reference.repository) == (registry, repository)
    assert reference.digest == (DIGEST if "@" in text else None)
    assert reference.username is None


@pytest.mark.parametrize(
    ("credentials", "username", "password"),
    [("me:secret", "me", "secret"), ("me:se:cr@et/x", "me", "se:cr@et/x"), ("me", "me", None), ("me:", "me", "")],
)
@pytest.mark.parametrize("name", ["quay.io/a/b:1", f"quay.io/a@{DIGEST}"])
@pytest.mark.parametrize("prefix", ["", "docker://"])
def test_credentials_are_kept_apart(
    prefix: str, name: str, credentials: str, username: str, password: str | None
) -> None:
    reference = parse_reference(f"{prefix}{credentials}@{name}")
    assert (reference.username, reference.password) == (username, password)
    assert str(reference) == prefix + name
    assert reference.location == name
    if password:
        assert password not in repr(reference)


@pytest.mark.parametrize(
    "text",
    [
        "docker://me:secret@quay.io/UPPER",
        "me:secret@quay.io/a//b",
        "https://me:secret@quay.io/a",
        "http://me:secret@x/a:1",
    ],
)
def test_credentials_never_enter_an_error(text: str) -> None:
    with pytest.raises(InvalidReference) as caught:
        parse_reference(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", " a", "a\n", "UPPER", "a:b:c", "docker://", "oci", "a" * 9000, "x\0y", "https://a/b", "docker-daemon:"]
)
def test_what_cannot_be_understood(text: str) -> None:
    if text == "oci":
        assert parse_reference(text).transport == "docker"
    else:
        with pytest.raises(InvalidReference):
            parse_reference(text)


@pytest.mark.parametrize(
    "text",
    ["./nothing", "/nothing", "nothing.tar", "oci:nothing", "dir:", "rootfs:/nothing:x", "docker-archive:a.tar:b"],
)
def test_paths_that_are_not_there(text: str) -> None:
    with pytest.raises(NoSuchImage, match="does not exist"):
        parse_reference(text)


@pytest.mark.parametrize("transport", ["oci", "oci-archive", "docker-archive"])
@pytest.mark.parametrize(
    ("rest", "location", "choice"),
    [
        ("image", "image", None),
        ("image:1", "image", "1"),
        ("image@1", "image", "1"),
        ("image:@1", "image", "@1"),
        ("image:", "image", None),
        ("image:a.b:5000/c:1", "image", "a.b:5000/c:1"),
        (f"image:a@{DIGEST}", "image", f"a@{DIGEST}"),
        (f"image@{DIGEST}", "image", DIGEST),
        ("with:colon", "with:colon", None),
        ("with:colon:1", "with:colon", "1"),
        ("with@at@1", "with@at", "1"),
    ],
)
def test_choices(transport: str, rest: str, location: str, choice: str | None) -> None:
    for name in ("image", "with:colon", "with", "with@at"):
        Path(name).touch()
    reference = parse_reference(f"{transport}:{rest}")
    assert reference == Reference(f"{transport}:{rest}", transport, location, choice)
    assert parse_reference(rest) == Reference(rest, "path", location, choice)


def test_no_choice_where_there_is_only_one_image() -> None:
    Path("folder").mkdir()
    with pytest.raises(NoSuchImage, match="dir:folder holds a single image"):
        parse_reference("dir:folder:1")


def test_a_folder_does_not_hide_an_image_of_that_name() -> None:
    Path("debian").mkdir()
    assert parse_reference("debian:12").transport == "docker"
    assert parse_reference("debian").transport == "path"


@pytest.mark.parametrize(
    "text", ["docker-daemon:a:1", "docker-daemon:sha256:" + "0" * 64, "containers-storage:[overlay@/a+/b]c:1"]
)
def test_local_names(text: str) -> None:
    reference = parse_reference(text)
    assert f"{reference.transport}:{reference.location}" == str(reference) == text


def test_repository_of_a_storage() -> None:
    assert parse_reference("containers-storage:[overlay@/a+/b]x/c:1").repository == "[overlay@/a+/b]x/c"


@given(st.text() | st.from_regex(r"(docker://|oci:|dir:)?[a-z]+[:@/][a-z0-9.:@/-]*", fullmatch=True))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        reference = parse_reference(text)
    except PackageExtractError:
        return
    assert reference.location
    assert reference.registry
    assert reference.repository
