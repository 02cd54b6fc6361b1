"""What several integration tests share: podman with a storage of its own, and the image of the Containerfile."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TAG = "localhost/package-extract:test"
TOOLS = ("podman", "mmdebstrap", "runc", "skopeo")
BASE_PACKAGES = "python3-minimal,libpython3-stdlib,python3-pip,skopeo,ca-certificates"
# Lower limits than podman's own, which a machine without CAP_SYS_RESOURCE may not set; runc takes any cgroup layout.
CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


def require(condition, reason):
    if not condition:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def podman(tmp_path_factory):
    """A function that runs podman with a storage of its own, and returns what it printed, of `logs` all of it."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    require(not missing, f"not installed: {', '.join(missing)}")
    require(os.geteuid() == 0, "mmdebstrap and podman run as root here")
    folder = tmp_path_factory.mktemp("containers")
    (folder / "containers.conf").write_text(CONTAINERS_CONF)
    environment = {**os.environ, "CONTAINERS_CONF": str(folder / "containers.conf")}

    def run(*arguments, **options):
        command = ["podman", "--root", str(folder / "storage"), "--runroot", str(folder / "run"), *map(str, arguments)]
        errors = subprocess.STDOUT if arguments[0] == "logs" else subprocess.PIPE
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, **options)
        assert done.returncode == 0, f"podman {arguments[0]}: {(done.stderr or done.stdout)[-2000:]}"
        return done.stdout

    yield run
    run("rm", "--all", "--force")
    run("rmi", "--all", "--force")


@pytest.fixture(scope="session")
def image(podman, tmp_path_factory):
    """The image, built from the Containerfile and wheels alone."""
    folder = tmp_path_factory.mktemp("build")
    excluded = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale")]
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", f"--include={BASE_PACKAGES}", *excluded, "bookworm",
                    str(folder / "base.tar")], check=True)  # fmt: skip
    podman("import", "--quiet", folder / "base.tar", "localhost/base:bookworm")
    (folder / "base.tar").unlink()
    context = folder / "context"
    for name in ("package_extract", "analyzers"):
        shutil.copytree(ROOT / name, context / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "Containerfile", ".containerignore"):
        shutil.copy(ROOT / name, context)
    collect_wheels(context)
    podman("build", "--network=none", "--build-arg=BASE=localhost/base:bookworm", f"--tag={TAG}", context)
    return TAG


def collect_wheels(context):
    """The project's wheel and those of its dependencies, for the Python of Debian 12."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", "wheels", "."], cwd=context, check=True)
    [wheel] = (context / "wheels").glob("package_extract-*.whl")
    platforms = [f"--platform=manylinux{version}_x86_64" for version in ("_2_28", "_2_17", "2014")]
    target = ["--only-binary=:all:", "--python-version=3.11", *platforms]
    subprocess.run([*pip, "download", *target, "--dest=wheels", f"{wheel}[s3]"], cwd=context, check=True)
