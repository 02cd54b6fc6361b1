import io
import json
import os
import pty
import sys
from types import SimpleNamespace

import pytest

from package_extract import pipeline
from package_extract.document.document import Document
from package_extract.layer.limits import Limits


def test_the_document_of_the_example(command, example):
    code, out, err = command("analyze", example)
    assert (code, err) == (0, "")
    document = Document.model_validate_json(out, extra="forbid")
    assert document.results.os_release.id == "debian"
    assert [package.name for package in document.results.dpkg.packages] == ["base-files", "busybox", "python3-six"]
    found = {
        (environment.prefix, package.name, package.version)
        for environment in document.results.python_packages.environments
        for package in environment.packages
    }
    assert {row[1:] for row in found} == {
        ("six", "1.16.0"),
        ("idna", "3.10"),
        ("packaging", "24.2"),
        ("click", "8.1.7"),
    }
    assert ("srv/app/venv", "click", "8.1.7") in found
    assert [layer.media_type.rpartition("+")[2] for layer in document.image.layers] == ["gzip", "zstd", "xz"]
    assert [(one.analyzer, one.code) for one in document.problems] == [("python_interpreters", "no-interpreter")]


def test_every_model_field_is_written(command, example):
    document = json.loads(command("analyze", example)[1])
    assert set(document) == set(Document.model_fields)
    assert set(document["image"]) == set(Document.model_fields["image"].annotation.model_fields)
    assert set(document["run"]) == set(Document.model_fields["run"].annotation.model_fields)


def test_the_same_bytes_again_but_for_the_run(command, example):
    first, second, third = (
        json.loads(command("analyze", example, *options)[1])
        for options in (("--no-cache", "--jobs", "1"), ("--jobs", "2"), ("--verify", "full"))
    )
    assert first.pop("run") != second.pop("run")
    assert third.pop("run")["cache"] == {"hits": 3, "misses": 0}
    assert first == second == third


def test_output_to_a_file(command, example, tmp_path):
    target = tmp_path / "document.json"
    assert command("analyze", example, "-o", target) == (0, b"", "")
    assert json.loads(target.read_bytes())["schema_version"] == "1"


def test_compact_unless_asked(command, example):
    assert command("analyze", example)[1].count(b"\n") == 1
    assert command("analyze", example, "--indent")[1].startswith(b'{\n  "schema_version"')


def test_an_output_that_cannot_be_is_refused_before_the_work(command, tmp_path):
    for output in (tmp_path, tmp_path / "none" / "x"):
        code, _, err = command("analyze", "oci:/none", "-o", output)
        assert code == 2
        assert "--output" in err


def test_a_failed_run_writes_no_file(command, tmp_path):
    target = tmp_path / "document.json"
    code, out, err = command("analyze", f"oci:{tmp_path}/none", "-o", target)
    assert (code, out) == (3, b"")
    assert err.count("\n") == 1
    assert not target.exists()


def test_the_table(command, example):
    code, out, err = command("analyze", example, "--format", "table")
    assert (code, err) == (0, "")
    text = out.decode()
    assert "Debian GNU/Linux 12 (bookworm)" in text
    assert "base-files" in text
    assert "/srv/app/venv" in text
    assert "\x1b" not in text


def test_only_some_analyzers(command, example):
    document = json.loads(command("analyze", example, "--analyzer", "dpkg", "--analyzer", "os_release")[1])
    assert set(document["results"]) == {"dpkg", "os_release"}


def test_no_such_analyzer(command, example):
    code, _, err = command("analyze", example, "--analyzer", "none")
    assert code == 2
    assert "installed are" in err


def test_verbose_says_what_goes_on_and_quiet_nothing(command, example):
    err = command("analyze", example, "-v")[2]
    assert "3 layers" in err
    assert "layer 3 of 3 read" in err
    assert "taken from the cache" in command("analyze", example, "-v")[2]
    assert command("analyze", example, "--quiet")[2] == ""


@pytest.fixture
def options(monkeypatch, command):
    """A function that returns the options that a command line means."""

    def given(*arguments):
        seen = []

        def run(_reference, how, _progress):
            seen.append(how)
            return {"results": {}}

        monkeypatch.setattr(pipeline, "run", run)
        assert command("analyze", "x", *arguments)[0] == 0
        return seen[0]

    return given


def test_options_reach_the_library(options, tmp_path, monkeypatch):
    monkeypatch.setenv("PACKAGE_EXTRACT_PASSWORD", "secret")
    how = options(
        *("--platform", "linux/arm64", "--authfile", "auth.json", "--username", "me", "--no-tls-verify"),
        *("--cert-dir", tmp_path, "--timeout", "9", "--stall-timeout", "3", "--verify", "full", "--jobs", "7"),
        *("--cache-dir", tmp_path / "c", "--analyzer", "dpkg", "--max-layer-size", "1G", "--max-ratio", "10"),
        *("--max-entries", "5", "--max-name-length", "6"),
    )
    where = how.open
    assert (where.platform, where.authfile, where.username, where.password) == (
        "linux/arm64",
        "auth.json",
        "me",
        "secret",
    )
    assert (where.tls_verify, where.cert_dir, where.timeout, where.stall_timeout) == (False, str(tmp_path), 9, 3)
    assert (how.verify, where.verify, how.jobs, how.analyzers) == ("full", "full", 7, ("dpkg",))
    assert how.cache_dir == str(tmp_path / "c")
    limits = how.limits
    assert (limits.layer_bytes, limits.ratio, limits.entries, limits.name_length) == (1 << 30, 10, 5, 6)


def test_defaults_are_those_of_the_library(options, tmp_path, monkeypatch):
    how = options()
    assert how.limits == Limits()
    assert how.analyzers is None
    assert how.open.tls_verify
    assert how.cache_dir == str(tmp_path / "cache" / "package-extract")
    assert how.jobs >= 1
    assert options("--no-cache").cache_dir is None
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "/nonexistent")
    assert options().cache_dir == "/nonexistent/.cache/package-extract"


def test_the_password_from_standard_input(options, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"p\xff w\r\nmore")))
    assert options("--username", "me", "--password-stdin").open.password == "p\udcff w"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--username", "me"), "--username needs a password: set PACKAGE_EXTRACT_PASSWORD"),
        (("--password-stdin",), "--password-stdin needs --username"),
        (("--jobs", "0"), "0 is not in the range"),
        (("--timeout", "0"), "not in the range"),
        (("--format", "yaml"), "is not one of"),
        (("--max-layer-size", "big"), "is not a size"),
    ],
)
def test_wrong_usage(command, arguments, message):
    code, out, err = command("analyze", "oci:/none", *arguments)
    assert (code, out) == (2, b"")
    assert message in err


def on_a_terminal(process, *arguments, **environment):
    """What the command writes to a terminal as its standard output."""
    ours, theirs = pty.openpty()
    running = process(*arguments, stdout=theirs, env={**os.environ, "TERM": "xterm", **environment})
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 1 << 16):
            written += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    running.communicate(timeout=60)
    assert running.returncode == 0
    return written.decode()


def test_a_terminal_gets_indented_json_and_colours(process, example):
    assert on_a_terminal(process, "analyze", example).startswith('{\r\n  "schema_version": "1"')
    assert "\x1b[" in on_a_terminal(process, "analyze", example, "--format", "table")
    assert "\x1b[" not in on_a_terminal(process, "analyze", example, "--format", "table", NO_COLOR="1")


def test_the_form_of_thoth(command, example):
    code, out, err = command("analyze", example, "--format", "thoth")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found.keys() == {"metadata", "result"}
    assert [package["name"] for package in found["result"]["deb"]] == ["base-files", "busybox", "python3-six"]
    assert found["metadata"]["arguments"]["extract-image"]["image"] == example
