import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.pyvenv import includes_system_site, python_version, read_pyvenv

_words = st.text(st.characters(exclude_characters="=\r\n", exclude_categories=["Cs"])).map(str.strip)


@given(st.dictionaries(_words.map(str.lower).filter(lambda key: key == key.strip().lower()), _words))
def test_what_is_written_is_read(config: dict[str, str]) -> None:
    config = {key.removeprefix("\ufeff"): value for key, value in config.items()}
    text = "".join(f"{key} = {value}\n" for key, value in config.items())
    assert read_pyvenv(text.encode()) == config


def test_the_last_of_equal_keys_counts_and_junk_is_passed_over() -> None:
    data = b"\xef\xbb\xbfhome = /usr/bin\nno key here\n  HOME=/opt/python/bin  \r\n\r\nprompt = a = b\n"
    assert read_pyvenv(data) == {"home": "/opt/python/bin", "prompt": "a = b"}


@given(st.binary(max_size=200))
def test_any_bytes_give_a_configuration(data: bytes) -> None:
    config = read_pyvenv(data)
    assert isinstance(includes_system_site(config), bool)
    assert python_version(config) is None or python_version(config).count(".") == 1


@pytest.mark.parametrize(("config", "expected"), [({}, True), ({"include-system-site-packages": "False"}, False)])
def test_without_the_key_the_system_is_included(config: dict[str, str], expected: bool) -> None:
    assert includes_system_site(config) is expected
    assert includes_system_site({"include-system-site-packages": "TRUE"})


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"version": "3.11.2"}, "3.11"),
        ({"version_info": "3.12.1.final.0"}, "3.12"),
        ({"version_info": "3.13"}, "3.13"),
        ({"version": "3"}, None),
        ({}, None),
    ],
)
def test_python_version(config: dict[str, str], expected: str | None) -> None:
    assert python_version(config) == expected
