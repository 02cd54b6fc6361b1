import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.export.table import render

LAYER = {"digest": "sha256:" + "a" * 64, "size": 81_234_567, "compressed_size": 31_000_000, "entries": 8743,
         "created_by": "/bin/sh -c apt-get update &&\tapt-get install -y python3   # " + "very " * 50}  # fmt: skip


def document(**changes):
    return {
        "schema_version": "1",
        "image": {
            "reference": "docker://example.org/app:1", "digest": "sha256:" + "b" * 64,
            "created": "2024-01-01T00:00:00Z",
            "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"},
            "layers": [LAYER, {}], "size": 81_234_567, "compressed_size": 31_000_000,
        },
        "results": {
            "os_release": {"id": "debian", "pretty_name": "Debian GNU/Linux 12 (bookworm)"},
            "dpkg": {"packages": [{"name": f"package{n}", "version": "1", "installed": n != 3} for n in range(30)]},
            "rpm": {"packages": [{"name": "bash", "version": "5.1", "release": "2.el9"}]},
            "apk": {"packages": []},
            "python_packages": {"environments": [
                {"prefix": "opt/venv", "kind": "virtualenv", "interpreter": "usr/bin/python3.11",
                 "packages": [{"name": f"wheel{n}", "version": "2.0"} for n in range(30)]},
                {"prefix": "usr", "kind": "system", "interpreter": None, "packages": []},
            ]},
            "licences": {"packages": [{"name": "GPL", "version": None}]},
        },
        "problems": [{"analyzer": "rpm", "code": "corrupt", "severity": "error", "path": "var/lib/rpm/Packages",
                      "layer": 0, "message": "The header is cut off."}],
        "run": {},
    } | changes  # fmt: skip


def lines(**changes):
    return render(document(**changes), width=100, color=False).splitlines()


def line(start, **changes):
    return next(text for text in lines(**changes) if text.startswith(start))


def test_what_it_is():
    assert line("Image") == "Image     docker://example.org/app:1"
    assert line("Platform") == "Platform  linux/arm64/v8"
    assert line("System") == "System    Debian GNU/Linux 12 (bookworm)"
    assert line("Size") == "Size      81.2 MB, 31 MB stored"


def test_interpreters():
    rows = [
        {"path": "opt/v/bin/python", "implementation": "cpython", "version": "3.11.2", "virtual_environment": True},
        {"path": "usr/bin/pypy3.9", "implementation": "pypy", "version": "3.9.16"},
        {"path": "usr/bin/python3.13t", "implementation": "cpython", "version": "3.13.1", "free_threaded": True},
        *({"path": f"opt/{n}/bin/python3", "implementation": "cpython", "version": None} for n in range(9)),
    ]
    shown = " ".join(lines(results={"python_interpreters": {"interpreters": rows}}))
    assert (
        "Python    pypy 3.9.16 at /usr/bin/pypy3.9, 3.13.1 free-threaded at /usr/bin/python3.13t, of unknown" in shown
    )
    assert "and 5 more" in shown
    assert "/opt/v" not in shown


def test_packages_are_counted_and_named_those_of_unknown_analyzers_too():
    assert re.fullmatch(r"dpkg +29  package0 1, package1 1, package2 1, package4 1,.*", line("dpkg"))
    assert "and 17 more" in " ".join(lines())
    assert re.fullmatch(r"rpm +1  bash 5\.1-2\.el9", line("rpm"))
    assert re.fullmatch(r"licences +1  GPL", line("licences"))
    assert not any(text.startswith("apk") for text in lines())


def test_environments_name_every_package():
    heading = "/opt/venv  virtualenv Python environment, 30 packages, run by /usr/bin/python3.11"
    assert heading in lines()
    assert "/usr  system Python environment, 0 packages" in lines()
    whole = " ".join(text.strip() for text in lines())
    assert all(f"wheel{n} 2.0" in whole for n in range(30))


def test_layers():
    at = next(number for number, text in enumerate(lines()) if text.startswith("Layer"))
    first, second = lines()[at + 1 : at + 3]
    assert re.match(r" +0  81\.2 MB   31 MB    8,743  /bin/sh -c apt-get update && apt-get install", first)
    assert first.endswith("…")
    assert second.strip() == "1"


def test_problems():
    assert line("error").split(maxsplit=2) == ["error", "rpm", "/var/lib/rpm/Packages: The header is cut off."]
    assert not any(text.startswith("Problem") for text in lines(problems=[]))


def test_many_problems_are_cut():
    many = document()["problems"] * 60
    assert lines(problems=many)[-1] == "and 10 more problems in the JSON document"


def test_nothing_but_an_image():
    text = "\n".join(lines(results={}, problems=[], image={"reference": "rootfs:x", "platform": {}, "layers": []}))
    assert text == "Image   rootfs:x\nSystem  unknown"


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_fits_the_width(width):
    assert max(map(len, render(document(), width=width, color=False).splitlines())) <= width


def test_colour_only_when_asked_for():
    assert "\x1b[" not in render(document(), width=80, color=False)
    assert "\x1b[" in render(document(), width=80, color=True)


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_nothing_from_the_image_reaches_the_terminal_unescaped(evil):
    everywhere = document(
        image={"reference": evil, "digest": evil, "created": evil, "platform": {"os": evil},
               "layers": [{"created_by": evil, "digest": evil}]},
        results={evil: {"packages": [{"name": evil, "version": evil, "release": evil}]},
                 "os_release": {"pretty_name": evil},
                 "python_packages": {"environments": [{"prefix": evil, "kind": "user", "interpreter": evil,
                                                       "packages": [{"name": evil, "version": evil}]}]}},
        problems=[{"analyzer": evil, "severity": evil, "path": evil, "message": evil}],
    )  # fmt: skip
    text = render(everywhere, width=80, color=False)
    assert not [c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


def test_cuda():
    cuda = {
        "toolkits": [{"version": "12.2.2"}, {"version": None}],
        "libraries": [{"name": "cudnn", "version": None}, {"name": "nccl", "version": "2.18.3"}],
        "minimum_driver": "525.60.13",
        "conflicts": [{}],
    }
    shown = "CUDA      12.2.2, cudnn, nccl 2.18.3, driver 525.60.13 or newer, 1 conflict"
    assert shown in lines(results={"cuda": cuda})
    assert not [text for text in lines(results={"cuda": {}}) if text.startswith("CUDA")]
