import site
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.path_configuration import read_egg_link, read_pth

PTH = b"""# a comment
import os; os.environ
import\tsys

./one.egg
  two
/srv/three  \r
four"""


def test_pth_gives_what_site_adds(tmp_path: Path, monkeypatch) -> None:
    for name in ("one.egg", "  two", "four"):
        (tmp_path / name).mkdir()
    (tmp_path / "test.pth").write_bytes(PTH)
    monkeypatch.setattr(sys, "path", [])
    site.addpackage(str(tmp_path), "test.pth", set())
    lines = read_pth(PTH)
    assert lines == ["./one.egg", "  two", "/srv/three", "four"]
    assert sys.path == [str(tmp_path / line) for line in lines if (tmp_path / line).exists()]


def test_egg_link() -> None:
    assert read_egg_link(b"\n  /src/project \n.") == "/src/project"
    assert read_egg_link(b"\n\n") is None


@given(st.binary(max_size=100))
def test_any_bytes_give_lines(data: bytes) -> None:
    assert all(line.strip() and "\0" not in line for line in read_pth(data))
    assert read_egg_link(data) is None or read_egg_link(data)
