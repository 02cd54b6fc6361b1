from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from package_extract_analyzers.build_inputs import BuildInputs

PIPFILE = b"""
[[source]]
url = "https://user:secret@pypi.example/simple"
name = "pypi"
[packages]
Flask = "==2.3.3"
requests = {version = ">=2", extras = ["socks"]}
local = {path = "."}
[dev-packages]
pytest = "*"
[requires]
since = 2024-01-01
"""
PIPFILE_LOCK = b'{"_meta": {}, "default": {"flask": {"version": "==2.3.3"}, "x": {"path": "."}}, "develop": {}}'
POETRY = b'[[package]]\nname = "attrs"\nversion = "23.1.0"\n\n[[package]]\nname = "six"\nversion = "1.16.0"\n'
ENVIRONMENT = b"""name: base
channels: [defaults]
dependencies:
  - python=3.11
  - conda-forge::numpy=1.26.4=py311h64a7726_0
  - scipy >=1.10  # a comment
  - pip:
    - requests==2.31.0
    - -r more.txt
  - zlib
prefix: /opt/conda
"""


def rows(section: dict[str, Any], *fields: str) -> dict[str, list[tuple[Any, ...]]]:
    return {
        file["path"]: [tuple(package[field] for field in fields) for package in file["packages"]]
        for file in section["lock_files"]
    }


def test_every_format(root: Any) -> None:
    section = root(
        {
            "app/Pipfile": PIPFILE,
            "app/Pipfile.lock": PIPFILE_LOCK,
            "app/constraints-prod.txt": b"idna<4\n",
            "app/environment.yml": ENVIRONMENT,
            "app/pdm.lock": POETRY,
            "app/poetry.lock": POETRY,
            "app/pylock.dev.toml": b'lock-version = "1.0"\n[[packages]]\nname = "attrs"\nversion = "25.1.0"\n',
            "app/requirements-dev.txt": b"-r base.txt\nA==1 \\\n  --hash=sha256:00\nb[x]>=2,<3 ; python_version > '3' # c\n"
            b"c @ https://user:secret@host/c.whl\n./local\n",
            "app/uv.lock": b'version = 1\n[[package]]\nname = "app"\nsource = { virtual = "." }\n',
        }
    ).analyze(BuildInputs())
    assert [(file["path"].removeprefix("app/"), file["format"]) for file in section["lock_files"]] == [
        ("Pipfile", "Pipfile"),
        ("Pipfile.lock", "Pipfile.lock"),
        ("constraints-prod.txt", "constraints.txt"),
        ("environment.yml", "environment.yml"),
        ("pdm.lock", "pdm.lock"),
        ("poetry.lock", "poetry.lock"),
        ("pylock.dev.toml", "pylock.toml"),
        ("requirements-dev.txt", "requirements.txt"),
        ("uv.lock", "uv.lock"),
    ]
    found = rows(section, "name", "version", "specifier")
    assert found["app/Pipfile"] == [
        ("Flask", "2.3.3", "==2.3.3"),
        ("local", None, None),
        ("pytest", None, None),
        ("requests", None, ">=2"),
    ]
    assert found["app/Pipfile.lock"] == [("flask", "2.3.3", "==2.3.3"), ("x", None, None)]
    assert found["app/constraints-prod.txt"] == [("idna", None, "<4")]
    assert found["app/environment.yml"] == [
        ("numpy", "1.26.4", "=1.26.4=py311h64a7726_0"),
        ("python", "3.11", "=3.11"),
        ("requests", "2.31.0", "==2.31.0"),
        ("scipy", None, ">=1.10"),
        ("zlib", None, None),
    ]
    assert found["app/pylock.dev.toml"] == [("attrs", "25.1.0", "==25.1.0")]
    assert found["app/requirements-dev.txt"] == [("A", "1", "==1"), ("b", None, ">=2,<3"), ("c", None, None)]
    assert found["app/uv.lock"] == [("app", None, None)]


def test_files_of_installed_packages_are_left_out(root: Any) -> None:
    section = root(
        {
            "usr/lib/python3/dist-packages/x/requirements.txt": b"a==1\n",
            "opt/v/lib/python3.11/site-packages/x/poetry.lock": POETRY,
            "opt/conda/pkgs/x/environment.yml": ENVIRONMENT,
            "usr/share/doc/x/requirements.txt": b"a==1\n",
            "srv/requirements.txt": b"",
        }
    ).analyze(BuildInputs())
    assert section["lock_files"] == []


def test_aicoe_ci(root: Any) -> None:
    files = {"opt/aicoe-ci/Pipfile": PIPFILE, "opt/aicoe-ci/Pipfile.lock": PIPFILE_LOCK}
    image = root(files)
    found = image.analyze(BuildInputs())["aicoe_ci"]
    assert found["requirements"]["source"] == [{"url": "https://pypi.example/simple", "name": "pypi"}]
    assert found["requirements"]["requires"] == {"since": "2024-01-01"}
    assert found["requirements_lock"]["default"]["flask"] == {"version": "==2.3.3"}
    assert root({"x": b""}).analyze(BuildInputs())["aicoe_ci"] == {"requirements": None, "requirements_lock": None}


def test_pinned_beside_installed() -> None:
    from package_extract_analyzers.build_inputs import _row

    environments = [
        ("usr", {"six": "1.16.0", "attrs": "22.0"}),
        ("opt/app", {"six": "1.17.0", "attrs": "23.1.0", "flask": "3"}),
    ]
    fact = {
        "format": "poetry.lock",
        "packages": [("six", "1.16.0", "=="), ("Attrs", "23.1.0", "=="), ("no", "1", "==")],
    }
    row = _row("opt/app/src/poetry.lock", fact, environments)
    assert row["environment"] == "opt/app"
    assert [(package["name"], package["version"], package["installed"]) for package in row["packages"]] == [
        ("Attrs", "23.1.0", "23.1.0"),
        ("no", "1", None),
        ("six", "1.16.0", "1.17.0"),
    ]
    nothing = {"format": "poetry.lock", "packages": [("no", "1", "==1")]}
    assert _row("x/poetry.lock", nothing, environments)["environment"] is None


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("a/poetry.lock", b"[[package]\n", "corrupt-lock-file"),
        ("a/poetry.lock", b"x = " + b"[" * 100_000, "corrupt-lock-file"),
        ("a/poetry.lock", b"a." * 100_000 + b"a = 1", "too-large"),
        ("a/uv.lock", b"#" * (5 << 20), "too-large"),
        ("a/Pipfile.lock", b"[1]", "corrupt-lock-file"),
        ("a/Pipfile.lock", b"[" * 100_000, "corrupt-lock-file"),
        ("a/Pipfile", b"\xff\xfe", "corrupt-lock-file"),
    ],
)
def test_what_is_broken_is_told(root: Any, path: str, data: bytes, code: str) -> None:
    image = root({path: data})
    assert image.analyze(BuildInputs())["lock_files"] == []
    assert [(problem["code"], problem["path"]) for problem in image.problems] == [(code, path)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=st.text(st.sampled_from("a1=.<>~!,;#@[](){}:'\"\\\n -\t"), max_size=120))
def test_any_text_ends_in_a_section(root: Any, text: str) -> None:
    names = ("requirements.txt", "environment.yml", "Pipfile", "Pipfile.lock", "uv.lock")
    data = text.encode()
    root({f"a/{name}": data for name in names} | {"b/environment.yml": b"dependencies:\n" + data}).analyze(
        BuildInputs()
    )


@pytest.mark.parametrize("part", [b"=" * 50, b"1=", b"<1,", b" ", b"[", b"#", b"\\\n", b"- "])
def test_long_lines_take_no_long_time(root: Any, part: bytes) -> None:
    line = b"name" + part * (200_000 // len(part))
    root({"a/requirements.txt": line, "a/environment.yml": b"dependencies:\n  - " + line}).analyze(BuildInputs())
