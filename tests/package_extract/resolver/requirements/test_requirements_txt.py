from __future__ import annotations

import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.resolver.errors import InvalidRequirement, InvalidRequirementsFile
from package_extract.resolver.requirements.reading import read_request

if TYPE_CHECKING:
    from pathlib import Path

    from package_extract.resolver.requirements.request import Request


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(here: Path, text: str, **files: str) -> Request:
    (here / "requirements.txt").write_text(text)
    for name, content in files.items():
        (here / f"{name}.txt").write_text(content)
    return read_request(files=["requirements.txt"])


def texts(request: Request) -> list[str]:
    return [str(package.requirement) for package in request.requirements]


def test_lines_comments_and_continuations(here: Path) -> None:
    request = read(
        here,
        "# a comment\n\nflask >=2 # why\nnumpy\\\n>=1.2,\\\n<3\nDjango[argon2]==4.2; python_version < '3.12'\n"
        "name#nocomment @ https://x.example/a.zip\n".replace("name#nocomment @ https://x.example/a.zip\n", ""),
    )

    assert texts(request) == [
        "flask>=2",
        "numpy<3,>=1.2",
        'Django[argon2]==4.2; python_version < "3.12"',
    ]
    assert [package.origin for package in request.requirements] == [
        "requirements.txt:3",
        "requirements.txt:4",
        "requirements.txt:7",
    ]


def test_hashes(here: Path) -> None:
    digest = "A1" * 32
    request = read(here, f"flask==2.0 \\\n    --hash=sha256:{digest} \\\n    --hash sha512:{'b' * 128}\nother\n")

    assert request.requirements[0].hashes == (f"sha256:{digest.lower()}", f"sha512:{'b' * 128}")
    assert request.requirements[1].hashes == ()
    assert request.require_hashes


def test_nested_files_are_relative_to_the_file_that_names_them(here: Path) -> None:
    (here / "more").mkdir()
    (here / "more/base.txt").write_text("-c bounds.txt\n-r ../requirements.txt\nbase\n")
    (here / "more/bounds.txt").write_text("numpy<2\n-r deeper.txt\n")
    (here / "more/deeper.txt").write_text("scipy<9\n")
    request = read(here, "top\n-rmore/base.txt\n--requirement=more/base.txt\n")

    assert texts(request) == ["top", "base"]
    assert [(str(each.requirement), each.origin) for each in request.constraints] == [
        ("numpy<2", f"{'more/bounds.txt'}:1"),
        ("scipy<9", f"{'more/deeper.txt'}:1"),
    ]


def test_options_of_indexes(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "s3cret")
    (here / "wheels").mkdir()
    request = read(
        here,
        "-i https://me:${TOKEN}@a.example/simple\n--extra-index-url https://b.example --extra-index-url=https://c.example\n"
        "--find-links wheels\n-f https://d.example/links\n--trusted-host b.example\n--pre\n--prefer-binary\n"
        "--only-binary :all:\n--no-binary=One_,Two\n",
    )
    options = request.index_options

    assert options.index_url == "https://me:s3cret@a.example/simple"
    assert options.extra_index_urls == ("https://b.example", "https://c.example")
    assert options.find_links == (str(here / "wheels"), "https://d.example/links")
    assert options.trusted_hosts == ("b.example",)
    assert request.prereleases
    assert (request.only_binary, request.no_binary) == ((":all:",), ("one-", "two"))


def test_options_in_the_forms_of_a_shell(here: Path) -> None:
    (here / "more files.txt").write_text("more\n")
    digest = "ab" * 32
    request = read(
        here,
        f"-ihttps://a.example\n-flinks --pre\none --hash='sha256:{digest}' --config-settings='a=b c'\n"
        f'-r \'more files.txt\'\n--requirement="more files.txt" -c "{here.as_uri()}/bounds.txt"\n',
        bounds="two<2\n",
    )

    assert request.index_options.index_url == "https://a.example"
    assert request.index_options.find_links == ("links",)
    assert request.prereleases
    assert texts(request) == ["one", "more"]
    assert request.requirements[0].hashes == (f"sha256:{digest}",)
    assert [str(package.requirement) for package in request.constraints] == ["two<2"]


def test_wheels_are_refused_by_name_or_all(here: Path) -> None:
    request = read(here, "--no-binary :all:\n--only-binary Some.Name\n")
    assert request.refuses_wheels("other")
    assert not request.refuses_wheels("some-name")
    assert not read(here, "--no-binary :none:\n--no-require-hashes\n").refuses_wheels("other")


def test_no_index_takes_the_place_of_indexes_above(here: Path) -> None:
    assert read(here, "-i https://a.example\n--no-index\n").index_options.index_url is None


def test_a_variable_that_is_not_set_stays(here: Path) -> None:
    request = read(here, "--index-url https://${NOT_SET_AT_ALL}@a.example/\n")
    assert request.index_options.index_url == "https://${NOT_SET_AT_ALL}@a.example/"


def test_files_and_addresses(here: Path) -> None:
    request = read(
        here,
        "https://a.example/x/Demo_Pack-1.0-py3-none-any.whl#sha256=abc\n"
        "./wheels/other-2.0-py3-none-any.whl ; python_version > '3'\n"
        "third@https://a.example/third.zip; python_version > '3'\n"
        "git+https://a.example/fourth.git@main#egg=fourth[x]\n"
        "-e git+https://a.example/fifth.git#egg=fifth&subdirectory=src\n",
    )

    assert texts(request) == [
        "demo-pack @ https://a.example/x/Demo_Pack-1.0-py3-none-any.whl#sha256=abc",
        f'other @ file://{here}/wheels/other-2.0-py3-none-any.whl ; python_version > "3"',
        'third @ https://a.example/third.zip ; python_version > "3"',
        "fourth[x] @ git+https://a.example/fourth.git@main",
        "fifth @ git+https://a.example/fifth.git",
    ]
    assert [package.editable for package in request.requirements] == [False] * 4 + [True]


def test_a_directory_stands_for_what_its_project_needs(here: Path) -> None:
    (here / "project").mkdir()
    (here / "project/pyproject.toml").write_text(
        '[project]\nname = "demo"\ndependencies = ["flask"]\noptional-dependencies.test = [\n  "pytest>8",\n]\n'
    )
    request = read(here, "-e ./project[test]\n")

    assert texts(request) == ["flask", "pytest>8"]
    assert request.requirements[1].origin.endswith("pyproject.toml:5")


def test_paths_are_relative_to_where_the_command_runs(here: Path) -> None:
    (here / "deps").mkdir()
    (here / "deps/dev.txt").write_text("-e .\n./wheels/other-2.0-py3-none-any.whl\n")
    (here / "pyproject.toml").write_text('[project]\nname = "demo"\ndependencies = ["flask"]\n')

    assert texts(read(here, "-r deps/dev.txt\n")) == [
        "flask",
        f"other @ file://{here}/wheels/other-2.0-py3-none-any.whl",
    ]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("ok\nflask >= \n", "requirements.txt:2", "no requirement"),
        ("-r missing.txt\n", "requirements.txt:1", "cannot be read"),
        ("\n--unknown-option\n", "requirements.txt:2", "no option"),
        ("-q\n", "requirements.txt:1", "no option"),
        ("flask --hash=md5:abc\n", "requirements.txt:1", "--hash"),
        ("flask --hash=sha256:xyz\n", "requirements.txt:1", "--hash"),
        ("--index-url\n", "requirements.txt:1", "needs a value"),
        ("https://a.example/nothing\n", "requirements.txt:1", "NAME @ URL"),
        ("-r https://a.example/r.txt\n", "requirements.txt:1", "fetch it first"),
        ("-e .\n", "requirements.txt:1", "no pyproject.toml"),
        ('--find-links "a\n', "requirements.txt:1", "quotation mark"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(here: Path, text: str, place: str, reason: str) -> None:
    with pytest.raises(InvalidRequirementsFile) as raised:
        read(here, text)
    message = str(raised.value)
    assert message.startswith(place)
    assert reason in message
    assert "\n" not in message


def test_files_that_cannot_be_read(here: Path) -> None:
    (here / "binary.txt").write_bytes(b"\xff\xfe\x00\x00\xff")
    for name in ("missing.txt", "binary.txt", "."):
        with pytest.raises(InvalidRequirementsFile, match=name.replace(".", r"\.")):
            read_request(files=[name])


def test_arguments(here: Path) -> None:
    request = read_request(["flask>2", "numpy"])
    assert [package.origin for package in request.requirements] == ["command line"] * 2
    with pytest.raises(InvalidRequirement, match="'flask>>2' is no requirement"):
        read_request(["flask>>2"])


def test_constraints_and_overrides(here: Path) -> None:
    (here / "c.txt").write_text("numpy<2\n")
    (here / "o.txt").write_text("scipy==1.0\n")
    request = read_request(["flask"], constraints=["c.txt"], overrides=["o.txt"])

    assert texts(request) == ["flask"]
    assert [str(package.requirement) for package in request.constraints] == ["numpy<2"]
    assert [str(package.requirement) for package in request.overrides] == ["scipy==1.0"]


def test_encodings(here: Path) -> None:
    (here / "bom.txt").write_bytes(b"\xef\xbb\xbfflask\r\nnumpy\r\n")
    (here / "wide.txt").write_bytes("flask\nnumpy\n".encode("utf-16"))
    (here / "latin.txt").write_bytes("# -*- coding: latin-1 -*-\nflask # \xe9\nnumpy\n".encode("latin-1"))
    (here / "swapped.txt").write_bytes("\ufeffflask\nnumpy\n".encode("utf-16-be"))
    (here / "widest.txt").write_bytes("\ufeffflask\nnumpy\n".encode("utf-32-be"))
    for name in ("bom.txt", "wide.txt", "latin.txt", "swapped.txt", "widest.txt"):
        assert texts(read_request(files=[name])) == ["flask", "numpy"]


@given(st.text(alphabet=string.printable, max_size=200))
def test_any_text_is_understood_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any-requirements.txt"
    path.write_text(text)
    try:
        read_request(files=[str(path)])
    except InvalidRequirementsFile as error:
        message = str(error)
    else:
        message = ""
    assert "\n" not in message


@given(st.text(alphabet="ab-_.[]~<>=!@:/#;, '\"0123\\xé", max_size=40))
def test_any_argument_is_understood_or_refused(text: str) -> None:
    try:
        read_request([text])
    except (InvalidRequirement, InvalidRequirementsFile) as error:
        message = str(error)
    else:
        message = ""
    assert "\n" not in message
