"""A Python of an image, in a copy of its root filesystem: what an answer says is installed there by the image's pip."""

from __future__ import annotations

import json
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.debian import inside
from package_extract.resolver.lock.requirements_txt import requirements_txt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from package_extract.resolver.answer import Answer, Pin
    from package_extract.resolver.source import DistributionFile, Source

__all__ = ["ImagePython"]

_SCRIPT = Path(__file__).with_name("wheels_inside.py")
_WHEELS = "tmp/wheels"
_LANES, _TRANSFERS = 2, 6
_ENVIRONMENT = [
    "env",
    "-u",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONWARNINGS=ignore",
    "PIP_DISABLE_PIP_VERSION_CHECK=1",
    "PIP_ROOT_USER_ACTION=ignore",
]
_QUIETLY = ["--quiet", "--no-index", "--no-cache-dir", "--no-compile"]
_HASHED = ["--no-deps", "--require-hashes", f"--find-links=/{_WHEELS}"]


@dataclass
class ImagePython:
    """`python` is a path inside of the root; `options` are those that `pip install` needs there."""

    root: Path
    python: str
    document: dict[str, Any]
    options: Sequence[str] = ()
    _apart: dict[str, str] = field(default_factory=dict)
    """Directories of wheels that were installed apart, by the wheel's name."""

    def __post_init__(self) -> None:
        (self.root / _WHEELS).mkdir(parents=True, exist_ok=True)
        shutil.copy(_SCRIPT, self.root / "tmp")

    def run(self, *arguments: str) -> str:
        """What the Python prints."""
        return inside(self.root, *_ENVIRONMENT, self.python, *arguments)

    def installed(self) -> dict[str, str]:
        """Versions by normalized name, as pip lists them."""
        listed = json.loads(self.run("-m", "pip", "list", "--format=json"))
        return {each["name"].lower().replace("_", "-"): each["version"] for each in listed}

    def check(self) -> None:
        """pip finds nothing missing, and nothing of a wrong version."""
        self.run("-m", "pip", "check")

    def fetch(self, answers: Sequence[Answer], source: Source) -> None:
        """Have the wheels of some answers where pip inside looks for them."""
        files = {_file(pin).filename: _file(pin) for pin in _to_install(answers)}

        def fetch(file: DistributionFile) -> None:
            path = self.root / _WHEELS / file.filename
            if not path.exists():
                path.write_bytes(source.download(file, 1 << 30))

        with ThreadPoolExecutor(_TRANSFERS) as pool:
            list(pool.map(fetch, files.values()))

    def install(self, answer: Answer) -> None:
        """All that an answer says, by `pip install --no-deps --require-hashes` of its lock file."""
        (self.root / "tmp" / "lock.txt").write_text(requirements_txt(answer.environment))
        self.run("-m", "pip", "install", *_QUIETLY, *_HASHED, "--requirement=/tmp/lock.txt", *self.options)

    def try_each(self, answers: Mapping[str, Answer], modules: Mapping[str, str]) -> int:
        """Each package with the wheels of its own answer and nothing else but what the image has.

        To be quick about it, a wheel is installed once, into a directory of its own, and a package gets to see the
        directories that its answer names. Returns the number of modules imported.
        """
        pins = {_file(pin).filename: pin for pin in _to_install(list(answers.values()))}
        self._side_by_side("install", [self._install_apart(pin) for pin in pins.values()])
        jobs = []
        for name, answer in answers.items():
            chosen = answer.environment.to_install
            tops = {module for pin in chosen for module in self.top_level_modules(pin)}
            directories = [self._apart[_file(pin).filename] for pin in chosen]
            jobs.append([name, directories, {pin.name: pin.version for pin in chosen}, sorted(tops | {modules[name]})])
        self._side_by_side("check", jobs)
        return sum(len(job[-1]) for job in jobs)

    def top_level_modules(self, pin: Pin) -> set[str]:
        """The modules and packages that a wheel puts where Python looks for them."""
        with zipfile.ZipFile(self._wheel(pin)) as wheel:
            names = wheel.namelist()
        packages = {name.partition("/")[0] for name in names if name.count("/") == 1 and name.endswith("/__init__.py")}
        files = {name.partition(".")[0] for name in names if "/" not in name and name.endswith((".py", ".so"))}
        return packages | files

    def _wheel(self, pin: Pin) -> Path:
        return self.root / _WHEELS / _file(pin).filename

    def _install_apart(self, pin: Pin) -> list[str]:
        file = _file(pin)
        lock = f"/{_WHEELS}/{file.filename}.txt"
        (self.root / lock[1:]).write_text(f"{pin.name}=={pin.version} --hash=sha256:{file.sha256}\n")
        self._apart[file.filename] = f"/srv/apart/{file.filename}"
        return [*_QUIETLY, *_HASHED, f"--requirement={lock}", f"--target={self._apart[file.filename]}"]

    def _side_by_side(self, what: str, jobs: Sequence[Sequence[Any]]) -> None:
        def run(lane: int) -> None:
            listed = f"tmp/{what}-{lane}.json"
            (self.root / listed).write_text(json.dumps(jobs[lane::_LANES]))
            command = [self.python, f"/tmp/{_SCRIPT.name}", f"/{listed}"]
            inside(self.root, *_ENVIRONMENT, *command)

        with ThreadPoolExecutor(_LANES) as pool:
            list(pool.map(run, range(_LANES)))


def _to_install(answers: Sequence[Answer]) -> list[Pin]:
    return [pin for answer in answers for pin in answer.environment.to_install]


def _file(pin: Pin) -> DistributionFile:
    assert pin.file is not None
    return pin.file
