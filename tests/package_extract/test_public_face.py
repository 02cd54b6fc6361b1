import json
import os
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest

import package_extract
from package_extract import AnalyzeOptions, analyze, open_image
from package_extract.document.reading import read
from package_extract.errors import NoSuchImage

EXAMPLE = str(Path(__file__).resolve().parents[2] / "fixtures" / "example-image.tar")


def test_everything_public_is_there_and_described():
    for name in package_extract.__all__:
        assert getattr(package_extract, name).__doc__


def test_no_other_name():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        package_extract.nothing  # noqa: B018


def test_the_library_says_what_the_command_says(tmp_path):
    command = [
        sys.executable,
        "-m",
        "package_extract",
        "analyze",
        EXAMPLE,
        "--no-cache",
        "-o",
        tmp_path / "document.json",
    ]
    subprocess.run(command, check=True)
    ours, theirs = analyze(EXAMPLE), read(tmp_path / "document.json")
    assert ours.image == theirs.image
    assert ours.results == theirs.results
    assert ours.problems == theirs.problems


def test_names_that_are_no_utf8_read_as_in_a_file(tmp_path):
    package = os.fsencode(tmp_path) + b"/image/srv/caf\xe9/x-1.dist-info"
    os.makedirs(package)
    with open(package + b"/METADATA", "wb") as file:
        file.write(b"Metadata-Version: 2.1\nName: x\nVersion: 1\n")
    document = analyze(f"rootfs:{tmp_path}/image")
    assert json.loads(document.model_dump_json())
    [environment] = document.results.python_packages.environments
    assert environment.packages[0].location == "srv/caf\\xe9"


def test_several_threads_at_once():
    documents = []
    options = AnalyzeOptions(analyzers=("dpkg",))
    threads = [threading.Thread(target=lambda: documents.append(analyze(EXAMPLE, options).results)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(documents) == 4
    assert all(document == documents[0] for document in documents)


def test_an_image_by_itself():
    with open_image(EXAMPLE) as image:
        assert image.config["os"] == "linux"
        assert len(image.layers) == 3


def test_errors_are_those_of_the_package(tmp_path):
    with pytest.raises(NoSuchImage):
        analyze(f"oci:{tmp_path}/none")


def test_one_version():
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text())["project"]
    assert project["version"] == package_extract.__version__
