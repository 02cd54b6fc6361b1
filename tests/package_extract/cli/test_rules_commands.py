"""`prescriptions`, `advise` and `enumerate` as commands, with packages from a directory."""

from __future__ import annotations

import json
import os
import sys

import pytest

from tests.integration.wheels import make_wheel
from tests.package_extract.resolver.rules.writing import file_of, unit
from tests.whole_document import whole

WARNS = unit("Warns", "wrap", match="state: {resolved_dependencies: [{name: tool}]}",
             include="adviser_pipeline: true\nruntime_environments: {rpm_packages: {not: [{package_name: git}]}}",
             run="justification: [{type: WARNING, message: it runs git}]\n"
                 "advised_manifest_changes: [[{apiVersion: v1, kind: D, patch: {op: add, path: /x, "
                 "value: {name: THREADS, value: '1'}}}]]")  # fmt: skip
FORBIDS = unit(
    "Forbids", "sieve", match="package_version: {name: tool, version: '>=3'}", run="log: {type: ERROR, message: bad}"
)
REJECTS = unit("Rejects", "boot", match="package_name: other", run="not_acceptable: not here")
DOCUMENT = whole({
    "schema_version": "1",
    "image": {"reference": "r.test/app:1", "platform": {"os": "linux", "architecture": "amd64"}, "layers": []},
    "results": {
        "os_release": {"id": "debian", "version_id": "12"},
        "python_interpreters": {"interpreters": [{
            "path": "usr/bin/python3.11", "aliases": ["usr/bin/python3"], "implementation": "cpython", "version": "3.11.2",
            "abis": ["cp311"], "platforms": ["linux_x86_64"], "site_dirs": [], "architecture": "x86_64",
            "libc": {"family": "glibc", "version": "2.36"}, "externally_managed": False,
            "marker_environment": {
                "implementation_name": "cpython", "implementation_version": "3.11.2", "os_name": "posix",
                "platform_machine": "x86_64", "platform_python_implementation": "CPython", "platform_release": "",
                "platform_system": "Linux", "platform_version": "", "python_full_version": "3.11.2",
                "python_version": "3.11", "sys_platform": "linux",
            },
        }]},
    },
    "problems": [], "run": {},
})  # fmt: skip


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Wheels, rules and a document; what pip is configured to use does not matter."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for made in (
        make_wheel("tool", "1"), make_wheel("tool", "2", ["part"]), make_wheel("tool", "3"), make_wheel("other", "1"),
        make_wheel("part", "1"), make_wheel("part", "2"),
    ):  # fmt: skip
        page = tmp_path / "simple" / made.project / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        (page.parent / made.filename).write_bytes(made.content)
        with page.open("a") as file:
            file.write(f'<a href="{made.filename}#sha256={made.sha256}">{made.filename}</a>\n')
    (tmp_path / "rules.yaml").write_text(file_of(WARNS, FORBIDS, REJECTS))
    (tmp_path / "document.json").write_text(json.dumps(DOCUMENT))
    return tmp_path


@pytest.fixture
def asked(place):
    """Options that name them."""
    return (
        "-i", (place / "simple").as_uri(), "--image", place / "document.json", "--prescriptions", place / "rules.yaml",
        "--no-built-in-rules",
    )  # fmt: skip


def test_compile_and_check(command, place):
    target = place / "index"
    assert command("prescriptions", "compile", place / "rules.yaml", "-o", target, "--check")[0] == 1
    code, out, err = command("prescriptions", "compile", place / "rules.yaml", "-o", target)
    assert (code, out, err) == (0, b"", "3 units of 1 files, 0 problems\n")
    assert command("prescriptions", "compile", place / "rules.yaml", "-o", target, "--check")[0] == 0
    assert command("prescriptions", "compile", place / "nowhere", "-o", target)[0] == 3


def test_compile_tells_problems(command, place):
    (place / "rules.yaml").write_text(file_of(FORBIDS, unit("Bad", "sieve", match="7")))
    code, _, err = command("prescriptions", "compile", place / "rules.yaml", "-o", place / "index")
    assert code == 0
    assert "error: rules.yaml:16: Bad: match: has to be a mapping" in err


def test_lint(command, place):
    assert command("prescriptions", "lint", place / "rules.yaml") == (0, b"", "")
    (place / "rules.yaml").write_text(file_of(unit("X", "sieve", match="package_version: {name: a, version: '<1,>2'}")))
    code, out, _ = command("prescriptions", "lint", place / "rules.yaml")
    assert code == 1
    assert out.startswith(b"rules.yaml:3: error [unsatisfiable] rules.X: no version satisfies")
    code, out, _ = command("prescriptions", "lint", place / "rules.yaml", "--format", "json")
    assert (code, json.loads(out)[0]["code"]) == (1, "unsatisfiable")
    (place / "rules.yaml").write_text(file_of(unit("X", "sieve", match="package_version: {name: a}")))
    assert command("prescriptions", "lint", place / "rules.yaml")[0] == 0
    assert command("prescriptions", "lint", place / "rules.yaml", "--fail-on", "warning")[0] == 1


def test_advice_as_text_with_files_beside_it(command, place, asked):
    code, out, err = command(
        "advise", "tool", *asked, "--env-file", place / "app.env", "--lock", place / "lock.txt", "--explain-rules"
    )
    assert code == 0, err
    assert b"tool  2" in out
    assert b" ! tool: it runs git" in out
    assert b"apt-get install -y --no-install-recommends git" in out
    assert (place / "app.env").read_text() == "THREADS=1\n"
    assert "tool==2" in (place / "lock.txt").read_text()
    assert "3 rules:\n" in err


def test_resolve_asks_rules(command, place, asked):
    code, out, err = command("resolve", "tool", *asked, "--format", "json", "--explain-rules")
    assert code == 0, err
    (tool,) = [each for each in json.loads(out)["environments"][0]["packages"] if each["name"] == "tool"]
    assert tool["version"] == "2"
    assert tool["newer"] == [
        {"reason": "rule", "versions": ["3"], "explanation": "bad", "rule": "rules.Forbids", "link": None}
    ]
    assert "3 rules:\n" in err
    assert "only says something, which `advise` tells" in err
    code, out, _ = command("resolve", "tool", *asked, "--format", "text", "--why")
    assert b"not 3: bad (rule rules.Forbids)" in out
    assert b"tool==3" in command("resolve", "tool", *asked, "--without", "Forbids")[1]
    code, out, err = command("resolve", "tool>2", *asked)
    assert (code, out) == (1, b"")
    assert "tool: bad (rule rules.Forbids)\n  try: --without rules.Forbids" in err


def test_resolve_for_an_image_that_a_rule_rejects(command, asked):
    code, out, err = command("resolve", "other", *asked)
    assert (code, out, err) == (1, b"", "package-extract: not here (rules.Rejects)\n")
    code, out, _ = command("resolve", "other", *asked, "--format", "json")
    assert (code, json.loads(out)["conflict"]["sentences"]) == (1, ["not here (rules.Rejects)"])


def test_the_best_image_under_rules(command, place, asked):
    document = {**DOCUMENT, "results": {**DOCUMENT["results"], "os_release": {"id": "fedora", "version_id": "42"}}}
    (place / "fedora.json").write_text(json.dumps(whole(document)))
    only = unit("Only", "boot", run="not_acceptable: not on Debian",
                include="adviser_pipeline: true\nruntime_environments: {operating_systems: [{name: debian}]}")  # fmt: skip
    (place / "rules.yaml").write_text(file_of(only))
    code, _, err = command("resolve", "tool", *asked, "--image", place / "fedora.json")
    assert code == 0
    assert f"1. {place / 'fedora.json'}: " in err
    assert f"2. {place / 'document.json'}: cannot be used: not on Debian (rules.Only)" in err


def test_our_own_rules_are_asked_by_default(command, place):
    for made in (
        make_wheel("docker", "7.0", ["requests"]),
        make_wheel("requests", "2.31"),
        make_wheel("requests", "2.33"),
    ):
        page = place / "simple" / made.project / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        (page.parent / made.filename).write_bytes(made.content)
        with page.open("a") as file:
            file.write(f'<a href="{made.filename}#sha256={made.sha256}">{made.filename}</a>\n')
    how = ("resolve", "docker", "-i", (place / "simple").as_uri(), "--image", place / "document.json", "--no-hashes")
    assert b"requests==2.31" in command(*how)[1]
    assert b"requests==2.33" in command(*how, "--no-built-in-rules")[1]


def test_what_is_wrong_with_rules_is_told_where_they_are_used(command, place, asked):
    assert "cannot be used" not in command("resolve", "tool", *asked)[2]
    (place / "rules.yaml").write_text(file_of(FORBIDS, unit("Bad", "sieve", match="7")))
    assert command("resolve", "tool", *asked, "--quiet")[2] == ""
    for how in ("resolve", "advise", "enumerate"):
        code, out, err = command(how, "tool", *asked)
        assert code == 0
        assert b"tool" in out
        assert f"{place / 'rules.yaml'}: 1 file or rule cannot be used; `package-extract prescriptions lint`" in err


def test_many_files_are_announced(command, place, asked, monkeypatch):
    monkeypatch.setattr("package_extract.resolver.rules.opening.MANY", 0)
    assert f"compiling 1 files of rules in {place / 'rules.yaml'}" in command("resolve", "tool", *asked)[2]
    assert "compiling" not in command("resolve", "tool", *asked)[2]


def test_compiled_rules_are_kept_where_the_cache_is(command, place, asked):
    command("resolve", "tool", *asked, "--no-cache")
    assert not list(place.rglob("*.sqlite"))
    command("resolve", "tool", *asked, "--cache-dir", place / "kept")
    assert [path.parent for path in place.rglob("*.sqlite") if path.parent.name == "rules"] == [
        place / "kept" / "rules"
    ]


def test_advice_as_json_and_for_thoth(command, place, asked):
    code, out, err = command("advise", "tool", *asked, "--format", "json", "--explain-rules")
    assert code == 0, err
    data = json.loads(out)
    assert data["guidance"]["system_packages"]["names"] == ["git"]
    assert {*data["rules"]["evaluated"]} == {"rules.Warns", "rules.Forbids", "rules.Rejects"}
    code, out, _ = command("advise", "tool", *asked, "--format", "thoth", "-o", place / "report.json")
    assert (code, out) == (0, b"")
    (product,) = json.loads((place / "report.json").read_text())["result"]["report"]["products"]
    assert product["project"]["requirements_locked"]["default"]["tool"]["version"] == "==2"


def test_a_rule_that_rejects_everything(command, place, asked):
    code, out, err = command("advise", "other", *asked, "--format", "thoth", "-o", place / "report.json")
    assert (code, out, err) == (1, b"", "package-extract: not here (rules.Rejects)\n")
    assert json.loads((place / "report.json").read_text())["result"]["report"]["ERROR"] == "not here (rules.Rejects)"


@pytest.mark.parametrize(("asked_for", "words"), [("other", "not here"), ("tool>5", "tool")])
def test_failures_for_machines(command, asked, asked_for, words):
    code, out, err = command("advise", asked_for, *asked, "--format", "json")
    assert (code, json.loads(out)["solved"], words in err) == (1, False, True)
    code, out, _ = command("advise", asked_for, *asked, "--format", "thoth")
    assert (code, json.loads(out)["result"]["error"]) == (1, True)
    assert command("advise", asked_for, *asked)[:2] == (1, b"")


def test_rules_switched_off(command, asked):
    code, out, _ = command("advise", "tool", *asked, "--without", "Forbids", "--without", "rules.Warns")
    assert code == 0
    assert b"tool  3" in out
    assert b"git" not in out


def test_an_index_of_rules_that_is_stale(command, place, asked):
    command("prescriptions", "compile", place / "rules.yaml", "-o", place / "index")
    with_index = [place / "index" if each == place / "rules.yaml" else each for each in asked]
    assert "older than" not in command("advise", "tool", *with_index)[2]
    (place / "rules.yaml").write_text(file_of(WARNS))
    assert "older than the rules it was made of" in command("advise", "tool", *with_index)[2]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "say what is required"),
        (("tool", "--target", "3.11"), 2, "exclude each other"),
        (("tool", "--label", "x"), 2, "is no label"),
        (("tool", "--prescriptions", "nowhere"), 3, "cannot be read"),
        (("tool", "--advisories", "nowhere"), 5, "cannot be read"),
        (("tool", "--hardware", "nowhere"), 5, "cannot be read"),
        (("tool", "--catalogue", "nowhere"), 5, "cannot be read"),
    ],
)
def test_what_cannot_be_understood(command, asked, arguments, code, words):
    found, out, err = command("advise", *asked, *arguments)
    assert (found, out) == (code, b"")
    assert words in err


def test_enumerate_to_standard_output(command, asked):
    code, out, err = command("enumerate", "tool", *asked, "--all")
    assert code == 0, err
    stacks = [json.loads(line) for line in out.splitlines()]
    assert [stack["pins"] for stack in stacks] == [
        {"part": "2", "tool": "2"},
        {"part": "1", "tool": "2"},
        {"tool": "1"},
    ]
    assert [stack["number"] for stack in stacks] == [1, 2, 3]
    assert "tool==2" in stacks[0]["lock"]


@pytest.mark.parametrize("form", ["requirements", "pylock", "pipfile"])
def test_enumerate_to_a_directory_with_a_command(command, place, asked, form):
    report = place / "report.jsonl"
    script = "import sys; text = open(sys.argv[1]).read(); print(len(text)); sys.exit(7 if 'part' not in text else 0)"
    run = f'{sys.executable} -c "{script}" {{lock}}'
    how = ("enumerate", "tool", *asked, "-o", place / "stacks", "--report", report, "--run", run, "--format", form)
    assert command(*how, "--count", "2")[0] == 0
    code, out, err = command(*how, "--all")
    assert (code, out) == (1, b"")
    assert "exit code 7" in err
    first, *lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert first["asked"]["requirements"] == ["tool"]
    assert [line["exit_code"] for line in lines] == [0, 0, 7]
    assert len({line["id"] for line in lines}) == 3
    assert command(*how, "--all")[0] == 1
    assert len(report.read_text().splitlines()) == 4


def test_enumerate_goes_on_after_an_interruption(command, place, asked):
    report = place / "report.jsonl"
    how = ("enumerate", "tool", *asked, "-o", place / "stacks", "--report", report)
    command(*how, "--count", "2")
    report.write_text(report.read_text()[:-20])
    assert command(*how, "--all")[0] == 0
    assert [json.loads(line)["number"] for line in report.read_text().splitlines()[1:]] == [1, 2, 3]
    code, _, err = command("enumerate", "other", *asked, "-o", place / "stacks", "--report", report)
    assert (code, "report of something else" in err) == (1, True)


def test_commands_that_cannot_be_run(command, place, asked):
    code, _, err = command("enumerate", "tool<2", *asked, "-o", place / "s", "--run", "/nowhere/x {lock}")
    assert (code, "exit code 127" in err) == (1, True)
    slow = f"{sys.executable} -c 'import time; time.sleep(60)'"
    code, _, err = command("enumerate", "tool<2", *asked, "-o", place / "s", "--run", slow, "--timeout", "0.5")
    assert (code, "exit code 124" in err) == (1, True)
    assert command("enumerate", "tool", *asked, "--run", "true")[0] == 2


@pytest.mark.parametrize("name", ["resolve", "advise", "enumerate"])
def test_documents_that_were_edited_by_hand(command, place, asked, name):
    (interpreter,) = DOCUMENT["results"]["python_interpreters"]["interpreters"]
    wrong = {**DOCUMENT["results"], "python_interpreters": {"interpreters": [{**interpreter, "version": 3}]}}
    (place / "document.json").write_text(json.dumps({**DOCUMENT, "results": wrong}))
    code, out, err = command(name, "tool", *asked)
    assert (code, out) == (5, b"")
    assert "document.json is not a valid document: results.python_interpreters.interpreters.0.version" in err
    assert err.count("\n") == 1


def test_what_pip_is_configured_for_counts_in_every_command(command, place, asked, monkeypatch):
    (place / "constraints.txt").write_text("tool<2\n")
    monkeypatch.setenv("PIP_CONSTRAINT", str(place / "constraints.txt"))
    assert b"tool==1" in command("resolve", "tool", *asked)[1]
    assert b"tool  1" in command("advise", "tool", *asked)[1]
    stacks = [json.loads(line) for line in command("enumerate", "tool", *asked)[1].splitlines()]
    assert [stack["pins"]["tool"] for stack in stacks] == ["1"]


def test_quiet(command, place, asked):
    (place / "rules.yaml").write_text(file_of(FORBIDS, unit("Bad", "sieve", match="7")))
    for arguments in (("resolve",), ("advise",), ("enumerate", "-o", place / "stacks")):
        name, *options = arguments
        assert command(name, "tool", *asked, *options)[2] != ""
        code, _, err = command(name, "tool", *asked, *options, "-q")
        assert (code, err) == (0, "")


@pytest.mark.parametrize(("words", "said"), [("echo 'x", "no closing quotation"), ("", "the command is empty")])
def test_a_command_that_is_none_is_refused_before_the_work(command, place, asked, words, said):
    code, _, err = command("enumerate", "tool", *asked, "-o", place / "stacks", "--run", words)
    assert (code, said in err) == (2, True), err
    assert not (place / "stacks").exists()
