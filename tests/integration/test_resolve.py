"""The command resolve against an index on loopback: forms, files, exit codes."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib

import pytest

from package_extract.cli.ending import run
from package_extract.resolver.lock.answer_model import read_answer
from tests.integration.index_server import FULL, HTML, PLAIN, Fault, IndexServer
from tests.integration.wheels import make_sdist, make_wheel
from tests.package_extract.resolver.elf_library import make_library
from tests.package_extract.resolver.test_target import document, interpreter, package
from tests.whole_document import whole

pytestmark = pytest.mark.integration

JSON = (("Content-Type", "application/vnd.pypi.simple.v1+json"),)
NATIVE = "cp311-cp311-manylinux_2_17_aarch64"
WHEELS = [
    make_wheel("app", "1.0", ["lib<2"]),
    make_wheel("app", "2.0", ["lib>=2"], extras=["fast"]),
    make_wheel("lib", "1.5"),
    make_wheel("lib", "2.5"),
    make_wheel("lib", "3.0a1"),
    make_wheel("other", "1.0", ["lib<2"]),
    make_wheel("gl", "1.0", tag=NATIVE, files={"gl.so": make_library(["libGL.so.1"], machine=183)}),
    make_sdist("source", "1.0"),
]


@pytest.fixture
def command(capfdbinary, monkeypatch, tmp_path):
    """The command in this process, asking an index: exit code, standard output, standard error."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def call(server, *arguments):
        code = run(["resolve", *map(str, arguments), "--index-url", server.url])
        out, err = capfdbinary.readouterr()
        if out and "json" in arguments:
            assert read_answer(out).model_dump() == json.loads(out)
        return code, out.decode(), err.decode()

    return call


@pytest.fixture
def image(tmp_path):
    """The document of an image that has lib 1.5."""
    abi = {"machine": "aarch64", "libraries": [], "ceilings": {}}
    made = document(
        interpreter("usr/bin/python3"), packages=[package("lib", "1.5")], abi=abi, os_release={"id": "debian"}
    )
    path = tmp_path / "image.json"
    path.write_text(json.dumps(whole({"schema_version": "1", "problems": [], "run": {}, **made})))
    return path


@pytest.mark.parametrize("abilities", [FULL, PLAIN, HTML])
def test_every_kind_of_index(command, abilities):
    with IndexServer(WHEELS, abilities) as server:
        code, out, err = command(server, "app")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines() if "==" in line and "#" not in line] == [
        "app==2.0",
        "lib==2.5",
    ]
    assert "2 to install" in err


def test_on_top_of_an_image(command, image, tmp_path):
    lock, stays = tmp_path / "lock.txt", tmp_path / "stays.txt"
    with IndexServer(WHEELS) as server:
        code, out, _ = command(server, "other", "--image", image, "-o", lock, "--constraints-output", stays)
    assert (code, out) == (0, "")
    assert "other==1.0" in lock.read_text()
    assert "lib==" not in lock.read_text()
    assert stays.read_text() == "lib==1.5\n"


def test_what_the_image_has_does_not_count_or_never_changes(command, image):
    with IndexServer(WHEELS) as server:
        out = command(server, "lib==1.5", "--image", image, "--installed", "ignore", "--format", "json")[1]
        (lib,) = json.loads(out)["environments"][0]["packages"]
        assert (lib["status"], lib["installed_version"], lib["version"]) == ("install", "1.5", "1.5")
        code, _, err = command(server, "lib>2", "--image", image, "--installed", "pin")
    assert code == 1
    assert "the image has lib 1.5, and it stays" in err
    assert "try: --installed prefer, which changes what the image has where it must" in err


def test_where_nothing_can_be_written_nothing_is(command, image, tmp_path):
    lock, stays = tmp_path / "nowhere" / "lock.txt", tmp_path / "stays.txt"
    with IndexServer(WHEELS) as server:
        code, out, err = command(server, "app", "--image", image, "-o", lock, "--constraints-output", stays, "-q")
    assert (code, out) == (2, "")
    assert f"there is no directory {lock.parent}" in err
    assert not stays.exists()


def test_a_private_name_comes_from_its_own_index_only(command, monkeypatch):
    with (
        IndexServer([*WHEELS, make_wheel("acme-lib", "99")]) as public,
        IndexServer([make_wheel("acme-lib", "1")]) as own,
    ):
        assert "acme-lib==99" in command(public, "acme-lib", "--extra-index-url", own.url)[1]
        code, out, _ = command(public, "acme-lib", "app", "--index-scope", f"Acme.*={own.url}")
        assert code == 0
        assert "acme-lib==1 " in out
        assert "app==2.0" in out
        assert "/simple/app/" not in own.paths
        monkeypatch.setenv("PACKAGE_EXTRACT_INDEX_SCOPE", f"other=https://other.test/simple acme-*={own.url}")
        assert "acme-lib==1 " in command(public, "acme-lib")[1]
        code, _, err = command(public, "acme-unknown")
    assert code == 1
    assert f"no project is called 'acme-unknown' at the index {own.url}" in err


@pytest.mark.parametrize("form", ["requirements", "pylock", "pipfile", "json", "text"])
def test_credentials_are_in_no_answer(command, form):
    with IndexServer(WHEELS, login=("me", "s3cret")) as server:
        server.url = server.url.replace("http://", "http://me:s3cret@")
        code, out, err = command(server, "app", "--format", form, "-v")
        assert code == 0
        server.url = server.url.replace("s3cret", "s3kret")
        code, _, refused = command(server, "other", "-v")
        assert code == 4
    assert "app" in out
    assert "s3" not in out + err + refused


@pytest.mark.parametrize("scope", ["acme-*", "=https://acme.test", "a b=https://acme.test"])
def test_a_scope_that_is_none(command, scope):
    with IndexServer(WHEELS) as server:
        code, _, err = command(server, "app", "--index-scope", scope)
    assert code == 2
    assert "write names, with * for any characters" in err


def test_a_hash_that_no_file_has(command, tmp_path):
    asked = tmp_path / "asked.txt"
    asked.write_text(f"lib==2.5 --hash=sha256:{'0' * 64}\n")
    with IndexServer(WHEELS) as server:
        code, out, err = command(server, "-r", asked)
    assert (code, out) == (1, "")
    assert "lib: no file has one of the hashes that were given" in err


def test_json_says_why(command, image):
    with IndexServer(WHEELS) as server:
        code, out, _ = command(server, "app<2", "--image", image, "--format", "json", "-q")
    packages = {each["name"]: each for each in json.loads(out)["environments"][0]["packages"]}
    assert code == 0
    assert packages["lib"]["status"] == "keep"
    (newer,) = packages["app"]["newer"]
    assert (newer["reason"], newer["versions"]) == ("requirement", ["2.0"])
    assert (newer["explanation"], newer["rule"]) == ("command line needs app<2", None)


def test_pip_is_configured_with_constraints(command, tmp_path, monkeypatch):
    bounds = tmp_path / "bounds.txt"
    bounds.write_text("lib<2\n")
    monkeypatch.setenv("PIP_CONSTRAINT", str(bounds))
    with IndexServer(WHEELS) as server:
        assert "app==1.0" in command(server, "app")[1]
        monkeypatch.setenv("PIP_PRE", "1")
        monkeypatch.delenv("PIP_CONSTRAINT")
        assert "lib==3.0a1" in command(server, "app")[1]


def test_json_says_why_not(command):
    with IndexServer(WHEELS) as server:
        code, out, err = command(server, "app>=2", "other", "--format", "json")
    assert code == 1
    assert json.loads(out)["conflict"]["proved"]
    assert "cannot be met together" in err


def test_pylock_and_pipfile(command):
    with IndexServer(WHEELS) as server:
        assert tomllib.loads(command(server, "app", "--format", "pylock")[1])["packages"][0]["name"] == "app"
        assert json.loads(command(server, "app", "--format", "pipfile")[1])["default"]["lib"]["version"] == "==2.5"
        assert "+ lib  2.5  not 3.0a1: it is a pre-release" in command(server, "app", "--format", "text")[1]


def test_several_images(command, tmp_path):
    request = tmp_path / "images.toml"
    request.write_text(
        "[images.web]\ntarget = '3.9'\nrequirements = ['app']\n"
        "[images.work]\ntarget = '3.12 musl 1.2'\nrequirements = ['lib']\n[agree]\nlib = 'exact'\n"
    )
    with IndexServer(WHEELS) as server:
        code, out, _ = command(server, "--request", request, "--format", "pylock", "-o", tmp_path / "locks")
        assert (code, out) == (0, "")
        assert sorted(path.name for path in (tmp_path / "locks").iterdir()) == ["pylock.web.toml", "pylock.work.toml"]
        code, out, _ = command(server, "--request", request, "--format", "json", "--constraints-output", tmp_path / "c")
    web, _ = json.loads(out)["environments"]
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == ["constraints.web.txt", "constraints.work.txt"]
    assert {each["name"]: each["version"] for each in web["packages"]} == {"app": "2.0", "lib": "2.5"}


def test_images_that_agree_say_so(command, tmp_path):
    request = tmp_path / "images.toml"
    request.write_text(
        "[images.web]\ntarget = '3.9'\nrequirements = ['app<2']\n"
        "[images.work]\ntarget = '3.12'\nrequirements = ['lib']\n[agree]\nlib = 'exact'\n"
    )
    with IndexServer(WHEELS) as server:
        out = command(server, "--request", request, "--format", "json", "-q")[1]
    (lib,) = json.loads(out)["environments"][1]["packages"]
    assert lib["version"] == "1.5"
    (newer,) = (each for each in lib["newer"] if each["reason"] == "agreement")
    assert newer["versions"] == ["2.5"]
    assert newer["explanation"] == "it has to agree (exact) with web, which gets 1.5"


def test_choosing_among_images(command, image, tmp_path):
    empty = tmp_path / "empty.json"
    data = json.loads(image.read_text())
    data["results"]["python_packages"]["environments"] = []
    empty.write_text(json.dumps(data))
    with IndexServer(WHEELS) as server:
        code, out, err = command(server, "other", "--image", empty, "--image", image)
    assert code == 0
    assert err.startswith(f"1. {image}: ")
    assert "lib==" not in out


def test_a_wheel_that_does_not_load(command, image, tmp_path):
    lock = tmp_path / "lock.txt"
    with IndexServer(WHEELS) as server:
        code, out, err = command(server, "gl", "--image", image, "-o", lock)
    assert (code, out) == (1, "")
    assert "it needs libGL.so.1 (of the package libgl1), which the image does not have" in err
    assert not lock.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["app>=2", "other"], 1, "app>=2 (command line) and other (command line) cannot be met together"),
        (["nothing-of-this-name"], 1, "no project is called 'nothing-of-this-name'"),
        (["app[slow]"], 1, "app 2.0 has no extra 'slow' (command line); it has fast"),
        (["source"], 1, "there is no wheel of it"),
        (["app", "--target", "windows"], 2, "'windows' in the target"),
        (["app>>1"], 2, "app>>1"),
        ([], 2, "say what is required"),
        (["-r", "missing.txt"], 5, "missing.txt"),
        (["app", "--image", "missing.json"], 5, "missing.json cannot be read"),
    ],
)
def test_errors_are_a_sentence_and_a_code(command, tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    with IndexServer(WHEELS) as server:
        found, out, err = command(server, *arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(body=b"<html"), Fault(cut_after=20)])
def test_an_index_that_fails(command, fault):
    with IndexServer(WHEELS, faults={"/simple/lib/": fault}) as server:
        code, out, err = command(server, "app", "-q")
    assert code in (1, 5)
    assert out == ""
    assert err.startswith("package-extract: ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("entry", [None, {"filename": "lib-9-py3-none-any.whl", "url": "http://[bad", "hashes": {}}])
def test_a_page_that_lists_nothing_of_use(command, entry):
    page = {"meta": {"api-version": "1.0"}, "files": [entry] if entry else []}
    with IndexServer(
        WHEELS, faults={"/simple/lib/": Fault(200, body=json.dumps(page).encode(), headers=JSON)}
    ) as server:
        code, _, err = command(server, "lib")
    assert code == 1
    assert ("listed without an address" if entry else "no version of lib is listed") in err


def test_a_weak_hash_is_checked_and_a_strong_one_written(command):
    wheel = make_wheel("weak", "1.0")
    digest = hashlib.md5(wheel.content, usedforsecurity=False).hexdigest()
    listed = {"filename": wheel.filename, "url": f"/files/{wheel.filename}", "hashes": {"md5": digest}}
    page = json.dumps({"meta": {"api-version": "1.0"}, "files": [listed]}).encode()
    with IndexServer([wheel], faults={"/simple/weak/": Fault(200, body=page, headers=JSON)}) as server:
        code, out, _ = command(server, "weak")
    assert code == 0
    assert f"--hash=sha256:{wheel.sha256}" in out


@pytest.mark.parametrize("builds", [["", "0"], ["1", "1a"], ["1a", "1b"], ["9", "10"], ["1z", "2"]])
def test_the_highest_build_of_a_wheel_is_taken(command, builds):
    wheels = [make_wheel("built", "1.0", build=build) for build in builds]
    for hosted in (wheels, wheels[::-1]):
        with IndexServer(hosted) as server:
            assert wheels[-1].sha256 in command(server, "built")[1]


GONE = Fault(status=404)
UNUSABLE = {
    "gone": {"lib-2.5-py3-none-any.whl.metadata": GONE, "lib-2.5-py3-none-any.whl": GONE},
    "withdrawn": {"lib-2.5-py3-none-any.whl.metadata": GONE, "lib-2.5-py3-none-any.whl": Fault(status=410)},
    "no archive": {"lib-2.5-py3-none-any.whl.metadata": GONE, "lib-2.5-py3-none-any.whl": Fault(body=b"PK" * 400)},
    "another's metadata": {"lib-2.5-py3-none-any.whl.metadata": Fault(body=b"Name: other\nVersion: 2.5\n")},
    "wrong hash": {"lib-2.5-py3-none-any.whl.metadata": Fault(body=b"Name: lib\nVersion: 2.5\n")},
}


@pytest.mark.parametrize("faults", UNUSABLE.values(), ids=UNUSABLE)
def test_a_version_whose_file_is_unusable_is_passed_over_and_said(command, faults):
    with IndexServer(WHEELS, faults={f"/files/{name}": fault for name, fault in faults.items()}) as server:
        code, out, _ = command(server, "lib", "--format", "json", "-q")
        (package,) = json.loads(out)["environments"][0]["packages"]
        assert (code, package["version"]) == (0, "1.5")
        assert [each["versions"] for each in package["newer"]] == [["3.0a1"], ["2.5"]]
        assert package["newer"][1]["reason"] == "unreadable"
        assert "lib-2.5-py3-none-any.whl" in package["newer"][1]["explanation"]
        code, out, err = command(server, "lib>=2", "--no-pre")
        assert (code, out) == (1, "")
        assert "lib 2.5 cannot be taken: " in err


def test_another_wheel_of_the_version_is_taken_and_said(command):
    better = make_wheel("lib", "2.5", tag="py312-none-any")
    with IndexServer([*WHEELS, better], faults={f"/files/{better.filename}.metadata": Fault(body=b"")}) as server:
        code, out, err = command(server, "app")
    assert code == 0
    assert "lib==2.5" in out
    assert f"another wheel is passed over: the metadata of {better.filename} is not what its index lists" in err


def test_the_needs_of_the_wheel_that_is_taken_count(command, image):
    native = make_wheel("gl", "2.0", tag=NATIVE, files={"gl.so": make_library(["libGL.so.1"], machine=183)})
    pure = make_wheel("gl", "2.0", ["other"])
    with IndexServer([*WHEELS, native, pure]) as server:
        code, out, err = command(server, "gl", "--image", image)
    assert code == 0
    assert pure.sha256 in out
    assert "other==1.0" in out
    assert f"another wheel is passed over: {native.filename}: it needs libGL.so.1" in err


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(status=200, body=b"<html>not found</html>")])
def test_a_metadata_file_that_nobody_promised_may_be_anything(command, fault):
    with IndexServer(WHEELS, PLAIN, faults={"/files/lib-2.5-py3-none-any.whl.metadata": fault}) as server:
        code, out, _ = command(server, "lib")
    assert code == 0
    assert "lib==2.5" in out


@pytest.mark.parametrize("fault", [Fault(status=503), Fault(cut_after=5)])
def test_a_server_that_is_down_ends_the_run(command, fault):
    with IndexServer(WHEELS, faults={"/files/lib-2.5-py3-none-any.whl.metadata": fault}) as server:
        code, out, err = command(server, "app", "-q")
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1


def test_an_image_without_python(command, image):
    data = json.loads(image.read_text())
    data["results"]["python_interpreters"]["interpreters"] = []
    image.write_text(json.dumps(data))
    with IndexServer(WHEELS) as server:
        code, _, err = command(server, "app", "--image", image)
    assert code == 3
    assert "has no Python interpreter" in err


def test_a_document_of_another_schema(command, image):
    image.write_text('{"schema_version": "99"}')
    with IndexServer(WHEELS) as server:
        code, _, err = command(server, "app", "--image", image)
    assert code == 5
    assert "schema_version" in err
