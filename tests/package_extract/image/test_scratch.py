"""The private directory of a transfer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from package_extract.errors import PackageExtractError
from package_extract.image.options import OpenOptions
from package_extract.image.scratch import Scratch


def test_private_and_gone_when_closed(tmp_path: Path) -> None:
    scratch = Scratch(OpenOptions(scratch=str(tmp_path)))
    assert Path(scratch.path).parent == tmp_path
    assert Path(scratch.path).stat().st_mode & 0o777 == 0o700
    file = Path(scratch.write_private("secret", b"x"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes() == b"x"
    scratch.close()
    scratch.close()
    assert list(tmp_path.iterdir()) == []


def test_a_forked_worker_leaves_it_alone(tmp_path: Path) -> None:
    scratch = Scratch(OpenOptions(scratch=str(tmp_path)))
    child = os.fork()
    if child == 0:
        scratch.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert Path(scratch.path).is_dir()
    scratch.close()


def test_gone_when_the_interpreter_ends(tmp_path: Path) -> None:
    program = (
        "import sys; from package_extract.image.scratch import Scratch; "
        "from package_extract.image.options import OpenOptions; Scratch(OpenOptions(scratch=sys.argv[1])); 1 / 0"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program, str(tmp_path)]
    assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_where_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    scratch = Scratch(OpenOptions())
    assert Path(scratch.path).parent == tmp_path
    scratch.close()


def test_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("package_extract.image.scratch.scratch_directory", lambda _: "/proc")
    with pytest.raises(PackageExtractError, match="cannot write temporary files in /proc"):
        Scratch(OpenOptions())
