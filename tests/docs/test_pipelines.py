"""The files for pipelines (action.yml, the Tekton task, the hooks of pre-commit): their steps are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from package_extract.cli.commands import COMMANDS
from tests.docs.page_blocks import blocks
from tests.docs.stand_in_image import write_image

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
TASK = yaml.safe_load((ROOT / "deploy" / "tekton-task.yaml").read_text())
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
PAGE = blocks((ROOT / "docs" / "ci.md").read_text())
COMMAND = [sys.executable, "-m", "package_extract"]


@pytest.fixture
def runner(tmp_path):
    """A function that runs the action's steps after its installation, and returns their exit codes."""
    programs = tmp_path / "temp/package-extract/bin"
    programs.mkdir(parents=True)
    program = programs / "package-extract"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m package_extract "$@"\n')
    program.chmod(0o755)

    def run(**inputs):
        given = {name: inputs.get(name.replace("-", "_"), one.get("default")) for name, one in ACTION["inputs"].items()}
        codes = {}
        for step in ACTION["runs"]["steps"][1:]:
            variables = {
                name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], value)
                for name, value in step["env"].items()
            }
            environment = {**os.environ, **variables, "RUNNER_TEMP": f"{tmp_path}/temp", "HOME": str(tmp_path),
                           "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}  # fmt: skip
            done = subprocess.run(["bash", "-eo", "pipefail", "-c", step["run"]], cwd=tmp_path, env=environment)
            codes[step["name"]] = done.returncode
        return codes

    return run


def test_the_action_passes_an_image_that_is_in_order(runner, tmp_path):
    write_image(tmp_path / "image.tar")
    assert runner(image="image.tar", report="report.html") == {"Analyze": 0, "Check": 0}
    assert (tmp_path / "document.json").exists()
    assert (tmp_path / "report.html").exists()


def test_the_action_fails_on_what_it_is_told(runner, tmp_path):
    (tmp_path / "root/etc").mkdir(parents=True)
    (tmp_path / "root/app.pyc").write_text("")
    environment = tmp_path / "root/srv/app"
    (environment / "lib/python3.11/site-packages/x-1.dist-info").mkdir(parents=True)
    (environment / "lib/python3.11/site-packages/x-1.dist-info/METADATA").write_text("Name: x\nVersion: 1\n")
    (environment / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n")
    assert runner(image="rootfs:root", fail_on="never")["Check"] == 0
    assert runner(image="rootfs:root", fail_on="error not-checked")["Check"] == 1


def test_inputs_of_the_action_reach_commands_as_variables_only():
    assert not any("${{" in step["run"] for step in ACTION["runs"]["steps"])


def test_the_page_gives_the_action_its_own_inputs():
    [used] = [step for block in PAGE if "runs-on" in block.text
              for step in yaml.safe_load(block.text)["jobs"]["image"]["steps"] if "OWNER" in step.get("uses", "")]  # fmt: skip
    assert set(used["with"]) <= set(ACTION["inputs"])


def test_steps_of_the_task_run(tmp_path):
    write_image(tmp_path / "image.tar")
    parameters = {one["name"]: one["default"] for one in TASK["spec"]["params"]}
    for step in TASK["spec"]["steps"]:
        words = [word.replace("$(workspaces.source.path)", str(tmp_path)) for word in [*step["command"], *step["args"]]]
        words = [re.sub(r"\$\(params\.([\w-]+)\)", lambda match: parameters[match[1]], word) for word in words]
        assert words[0] == "package-extract"
        words = [f"{tmp_path}/image.tar" if word.startswith("oci:") else word for word in words]
        environment = {**os.environ, **{one["name"]: f"{tmp_path}/cache" for one in step.get("env", [])}}
        assert subprocess.run([*COMMAND, *words[1:]], env=environment).returncode == 0


def test_the_page_uses_the_task_as_it_is():
    [pipeline] = [yaml.safe_load(block.text) for block in PAGE if "kind: Pipeline" in block.text]
    [used] = [task for task in pipeline["spec"]["tasks"] if task["taskRef"]["name"] == TASK["metadata"]["name"]]
    assert {one["name"] for one in used["params"]} <= {one["name"] for one in TASK["spec"]["params"]}
    assert [one["name"] for one in used["workspaces"]] == [one["name"] for one in TASK["spec"]["workspaces"]]


def test_hooks_are_commands_and_the_page_names_them():
    for hook in HOOKS:
        program, command = hook["entry"].split()
        assert program == "package-extract"
        assert command in COMMANDS
        assert hook["language"] == "python"
    [page] = [yaml.safe_load(block.text) for block in PAGE if "repos:" in block.text]
    assert {hook["id"] for hook in page["repos"][0]["hooks"]} == {hook["id"] for hook in HOOKS}
