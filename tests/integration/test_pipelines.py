"""The hooks in a real pre-commit, which installs the project with its dependencies from the index of pip."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "fixtures" / "example-image.tar"
INSTALLED = ("package_extract", "analyzers", "docs", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


def needed(tool):
    found = shutil.which(tool, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{tool} is not installed")
    return found


@pytest.fixture
def git(tmp_path):
    program = needed("git")
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]

    def run(directory, *arguments):
        command = [program, "-C", directory, *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    return run


@pytest.fixture
def hooks(git, tmp_path):
    """A repository with the hooks, and the id of its commit."""
    repository = tmp_path / "hooks"
    repository.mkdir()
    for name in INSTALLED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, repository)
    git(repository, "init", "--quiet")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "all")
    return repository, git(repository, "rev-parse", "HEAD")


def test_hooks_of_pre_commit(git, hooks, tmp_path):
    program = needed("pre-commit")
    project = tmp_path / "project"
    project.mkdir()
    shutil.copy(EXAMPLE, project / "image.tar")

    def run(*arguments):
        hook = {"id": "package-extract-check", "args": ["image.tar", *arguments]}
        configuration = {"repos": [{"repo": str(hooks[0]), "rev": hooks[1], "hooks": [hook]}]}
        (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
        git(project, "add", "--all")
        environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "environments")}
        command = [program, "run", "--all-files", "--hook-stage", "pre-push"]
        return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)

    git(project, "init", "--quiet")
    passed = run()
    assert passed.returncode == 0, passed.stdout
    assert "Passed" in passed.stdout
    failed = run("--fail-on", "warning")
    assert failed.returncode == 1
    assert "/bin/busybox needs libc.so.6" in failed.stdout
