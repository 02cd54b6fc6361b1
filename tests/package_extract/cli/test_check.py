import io
import json
import sys
from types import SimpleNamespace

import pytest


@pytest.fixture
def broken(tmp_path):
    """A root file system with a virtual environment in which a requirement is missing."""
    site = tmp_path / "root/usr/lib/python3.12/site-packages"
    info = site / "a-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: a\nVersion: 1.0\nRequires-Dist: b\x1b[31m>=1\n")
    return tmp_path / "root"


@pytest.fixture
def document(command, example, tmp_path):
    """A document of the example that says more of it than is true."""
    found = json.loads(command("analyze", example)[1])
    environment = found["results"]["python_packages"]["environments"][0]
    environment["packages"][0]["requires_dist"] = ["absent>=1"]
    found["results"]["python_interpreters"] = {"interpreters": [interpreter(environment["paths"])]}
    path = tmp_path / "document.json"
    path.write_text(json.dumps(found))
    return path


def interpreter(paths):
    lists = ("aliases", "evidence", "abis", "platforms")
    nothing = ("soabi", "ext_suffix", "multiarch", "prefix", "stdlib", "owner", "layer", "libc", "architecture")
    return {
        "path": "usr/bin/python3",
        "implementation": "cpython",
        "version": "3.11.2",
        "marker_environment": {"python_version": "3.11", "sys_platform": "linux"},
        "sys_path": paths,
        "site_dirs": paths,
        **{name: [] for name in lists},
        **dict.fromkeys(nothing),
        **dict.fromkeys(("debug", "free_threaded", "externally_managed"), False),
    }


def test_a_document(command, document):
    code, out, err = command("check", document)
    assert (code, err) == (1, "")
    text = out.decode()
    assert "error: Packages that others require (missing-requirement, 1)" in text
    assert "requires absent, which is not installed." in text
    assert text.splitlines()[-1].startswith("1 error, ")


def test_json(command, document):
    code, out, _ = command("check", document, "--format", "json", "--fail-on", "never")
    findings = json.loads(out)
    assert (code, findings["schema_version"]) == (0, "1")
    assert [(one["kind"], one["interpreter"]) for one in findings["findings"] if one["severity"] == "error"] == [
        ("missing-requirement", "usr/bin/python3")
    ]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 1),
        (["--fail-on", "cuda-conflict"], 0),
        (["--fail-on", "warning"], 1),
        (["--fail-on", "cuda-conflict", "--fail-on", "missing-requirement"], 1),
        (["--fail-on", "bananas"], 2),
    ],
)
def test_fail_on(command, document, options, code):
    assert command("check", document, *options)[0] == code


def test_standard_input(command, document, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(document.read_bytes())))
    assert command("check", "-")[0] == 1


def test_an_image(command, example):
    code, out, err = command("check", example)
    assert (code, err) == (0, "")
    assert out.decode().splitlines()[0] == example


def test_a_broken_image(command, broken):
    code, out, _ = command("check", f"rootfs:{broken}")
    assert code == 0  # nobody reads the environment, so nothing is judged
    assert b"no interpreter of the image reads /usr; what its 1 package requires was not checked" in out
    assert b"\x1b" not in out


def test_what_is_neither(command, tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"no": "document"}')
    assert command("check", path)[0] == 5
    assert command("check", tmp_path / "nothing.tar")[0] != 0
