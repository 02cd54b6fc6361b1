import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.documents import generated_document
from package_extract.buildlog import compare_with, read_build_log
from package_extract.export.build_log import SHOWN_ERRORS, render

LOGS = Path(__file__).resolve().parents[1] / "buildlog" / "logs"


def text(log, width=None, color=False):
    return render(read_build_log(io.BytesIO(log)), width=width, color=color)


def test_what_failed_and_why_comes_before_the_packages():
    lines = text((LOGS / "buildkit.log").read_bytes()).splitlines()
    assert lines[:3] == [
        "Log       24 lines, 5 steps, 1 of them failed",
        "Packages  2 collected, 1 installed, 1 failed",
        "Failed    six",
    ]
    assert (
        lines[5]
        == "pip: No matching distribution found for six==99 (line 19, [app 2/3] RUN pip install requests six==99)"
    )
    (row,) = [line.split() for line in lines if line.startswith("cowsay")]
    assert row == ["cowsay", "3.03+dfsg2-8", "installed", "apt", "11", "bookworm/main"]
    assert lines[-1].split()[:2] == ["registry.example.org/team/app:v1", "yes"]


def test_beside_an_image():
    document = generated_document(20)
    names = [row["name"] for row in document["results"]["python_packages"]["environments"][0]["packages"][:2]]
    version = document["results"]["python_packages"]["environments"][0]["packages"][0]["version"]
    log = read_build_log(io.BytesIO(f"Successfully installed {names[0]}-{version} {names[1]}-0.1 gone-1\n".encode()))
    lines = render(compare_with(log, document), width=None, color=False).splitlines()
    assert lines[2].endswith(": 1 as logged, 1 in another version, 1 not there")
    told = {line.split()[0]: line.split()[3] for line in lines[5:]}
    other = document["results"]["python_packages"]["environments"][0]["packages"][1]["version"]
    assert told == {names[0]: "yes", names[1]: other, "gone": "no"}


def test_nothing_in_it():
    assert text(b"") == "Log       0 lines, 0 steps\nPackages  none\n"


def test_many_errors():
    found = text(b"E: it is broken\n" * (SHOWN_ERRORS + 5))
    assert found.count("it is broken") == SHOWN_ERRORS
    assert f"({SHOWN_ERRORS + 5} in all; --format json has every one)" in found


@pytest.mark.parametrize("log", sorted(path.name for path in LOGS.iterdir()))
@pytest.mark.parametrize("width", [60, 100])
def test_it_fits_the_width(log, width):
    lines = text((LOGS / log).read_bytes(), width=width).splitlines()
    assert max(map(len, lines)) <= width


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_nothing_reaches_the_terminal_but_text(name):
    log = f"ERROR: {name}\nCollecting six{name}\nERROR: No matching distribution found for {name}\nE: {name}\n"
    for line in text(log.encode(), width=80).splitlines():
        assert line.isprintable()


def test_colours_only_where_they_are_wanted():
    log = (LOGS / "apt-2.6-failed.log").read_bytes()
    assert "\x1b[31mapt: Unable" in text(log, color=True)
    assert "\x1b" not in text(log)
