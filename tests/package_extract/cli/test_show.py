import json
import os
import pty
import select

import pytest

from benchmarks.documents import generated_document

DOCUMENT = generated_document(40, layers=3)


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "document.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


@pytest.fixture(autouse=True)
def no_width(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)


def lines(out):
    return out.decode().splitlines()


def test_the_summary_names_the_sections(command, document):
    code, out, err = command("show", document)
    assert (code, err) == (0, "")
    assert lines(out)[0].split() == ["Image", "docker://registry.example/data/science:1"]
    assert "Sections: packages, interpreters," in out.decode()


def test_a_section(command, document):
    found = lines(command("show", document, "layers")[1])
    assert found[0].split() == ["Layer", "Size", "Stored", "Entries", "Made", "by", "Digest"]
    assert len(found) == 4


def test_where_a_program_reads_nothing_is_cut(command, document, monkeypatch):
    assert "sha256:" + "0" * 63 + "2" in lines(command("show", document, "layers")[1])[3]
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, lines(command("show", document, "packages")[1]))) <= 60


def test_a_filter(command, document):
    found = lines(command("show", document, "packages", "--filter", "libpart1?")[1])
    assert [line.split()[0] for line in found[1:]] == [f"libpart{number}" for number in range(10, 20)]


def test_a_filter_over_everything(command, document):
    found = lines(command("show", document, "--filter", "libpart3")[1])
    assert found[0] == "Packages"
    assert "Shared libraries" in found
    assert "Problems" not in found


def test_nothing_matches(command, document):
    assert command("show", document, "--filter", "no such thing") == (0, b"", "nothing matches\n")


def test_json(command, document):
    found = json.loads(command("show", document, "libraries", "--filter", "libpart3", "--format", "json")[1])
    assert found == {"libraries": [DOCUMENT["results"]["abi"]["libraries"][3]]}
    sections = json.loads(command("show", document, "image", "--format", "json")[1])
    assert set(sections) == {"configuration", "layers"}
    assert {"packages", "layers"} <= set(json.loads(command("show", document, "--format", "json")[1]))


def test_standard_input(process):
    run = process("show", "-", "problems")
    out, _ = run.communicate(json.dumps(DOCUMENT).encode(), timeout=60)
    assert run.returncode == 0
    assert len(lines(out)) == 41


def test_a_section_that_is_not_there(command, document):
    code, out, err = command("show", document, "rpm")
    assert (code, out) == (2, b"")
    assert "the document has no 'rpm'; it has abi, ceilings, configuration," in err


def test_an_empty_section(command, tmp_path):
    (tmp_path / "document.json").write_text(json.dumps({**DOCUMENT, "problems": []}))
    assert command("show", tmp_path / "document.json", "problems") == (0, b"Problems: none\n", "")


def on_a_terminal(process, *arguments, **environment):
    """What the command writes to a terminal of 50 columns."""
    leader, follower = pty.openpty()
    os.set_blocking(leader, False)
    environment = {**os.environ, "TERM": "xterm", **environment}
    run = process(*arguments, stdout=follower, env=environment)
    os.close(follower)
    out = b""
    while select.select([leader], [], [], 60)[0]:
        try:
            part = os.read(leader, 1 << 16)
        except OSError:  # the terminal is closed
            break
        out += part
    run.communicate(timeout=60)
    os.close(leader)
    return out


def test_colour_on_a_terminal_unless_it_is_not_wanted(process, document):
    assert b"\x1b[1m" in on_a_terminal(process, "show", document, "layers")
    assert b"\x1b" not in on_a_terminal(process, "show", document, "layers", NO_COLOR="1")
    assert b"\x1b" not in on_a_terminal(process, "show", document, "layers", TERM="dumb")
