from __future__ import annotations

import json

import pytest

from package_extract.resolver.rules.environment import Hardware, InstalledPython, SystemPackage
from package_extract.resolver.rules.environment_document import environment_of, is_built_on
from package_extract.resolver.rules.errors import InvalidFacts
from package_extract.resolver.rules.hardware import read_hardware

DOCUMENT = {
    "image": {
        "reference": "docker://registry.test/team/app:2", "digest": "sha256:aa", "repo_tags": ["app:latest"],
        "platform": {"os": "linux", "architecture": "amd64"},
        "env": {"THOTH_S2I_NAME": "registry.test/s2i", "THOTH_S2I_VERSION": "0.1", "IMAGE_NAME": "named"},
        "labels": {"org.opencontainers.image.base.name": "docker.io/library/debian:12"}, "annotations": {},
        "layers": [{"diff_id": "sha256:1"}, {"diff_id": "sha256:2"}],
    },
    "results": {
        "os_release": {"id": "debian", "version_id": "12", "id_like": []},
        "rpm": {"packages": [{"name": "r", "version": "1", "release": "2", "epoch": 3, "arch": "x86_64"}]},
        "dpkg": {"packages": [{"name": "libopenblas0", "version": "0.3.21+ds-4", "architecture": "amd64", "installed": True},
                              {"name": "gone", "version": "1", "installed": False}]},
        "python_interpreters": {"interpreters": [{"version": None}, {"version": "3.11.2"}]},
        "python_packages": {"environments": [{"packages": [
            {"normalized_name": "six", "version": "1.16", "location": "usr/lib/python3/dist-packages"},
            {"normalized_name": "pip", "version": "1", "location": "x", "shadowed_by": "y"},
            {"normalized_name": "odd", "version": None, "location": "x"}]}]},
        "abi": {"libraries": [{"path": "lib/libc.so.6", "soname": "libc.so.6", "defines": ["GLIBC_2.36"], "in_search_path": True},
                              {"path": "opt/libx.so", "soname": None, "defines": ["X_1"], "in_search_path": False}]},
        "cuda": {"toolkits": [{"version": "12.4.1"}], "libraries": [{"name": "cudnn", "version": "9.1.0"}]},
    },
}  # fmt: skip


def test_facts_of_a_document():
    environment = environment_of(DOCUMENT)
    assert environment.image_given
    assert environment.images == (
        "registry.test/team/app:2", "registry.test/team/app:2@sha256:aa", "app:latest", "app:latest@sha256:aa", "named",
        "registry.test/s2i:0.1", "docker.io/library/debian:12", "@sha256:aa",
    )  # fmt: skip
    assert environment.system == ("debian", "12")
    assert environment.python_version == "3.11"
    assert environment.platform == "linux-x86_64"
    assert (environment.cuda_version, environment.cudnn_version) == ("12.4.1", "9.1.0")
    assert (environment.openblas_version, environment.mkl_version) == ("0.3.21", None)
    assert environment.rpms == (SystemPackage("r", "1", "2", 3, "x86_64"),)
    assert environment.rpms[0].identifiers() == ("r-3:1-2.x86_64", "r-1-2.x86_64")
    assert [package.name for package in environment.others] == ["libopenblas0"]
    assert environment.pythons == (InstalledPython("six", "1.16", "/usr/lib/python3/dist-packages"),)
    assert environment.all_symbols == {"GLIBC_2.36"}


def test_a_document_without_anything():
    environment = environment_of({"image": {"reference": "/tmp/x.tar"}, "results": {}})
    assert environment.image_given
    assert environment.images == ()
    assert (environment.system, environment.python_version, environment.platform) == (None, None, None)


def test_images_with_the_same_first_layers():
    base = {"image": {"reference": "registry.test/base:9", "layers": [{"diff_id": "sha256:1"}]}, "results": {}}
    other = {"image": {"reference": "registry.test/other:9", "layers": [{"diff_id": "sha256:2"}]}, "results": {}}
    environment = environment_of(DOCUMENT, known_images=[base, other])
    assert "registry.test/base:9" in environment.images
    assert "registry.test/other:9" not in environment.images
    assert not is_built_on(DOCUMENT["image"], DOCUMENT["image"])
    assert not is_built_on(DOCUMENT["image"], {"layers": []})
    assert not is_built_on({"layers": [{}, {}]}, {"layers": [{}]})


def test_hardware_from_a_file(tmp_path):
    path = tmp_path / "hardware"
    path.write_text('cpu_family = 6\ncpu_model = 85\ncpu_flags = ["avx2"]\n')
    assert read_hardware(path) == Hardware(6, 85, frozenset({"avx2"}), None)
    path.write_text(json.dumps({"gpu_model": "T4"}))
    assert read_hardware(path) == Hardware(gpu_model="T4")


@pytest.mark.parametrize(
    "text", ["cpu_family = 'six'", "colour = 1", "{", "= 1", "cpu_flags = 'avx'", "cpu_family = true"]
)
def test_hardware_that_cannot_be_understood(tmp_path, text):
    (tmp_path / "hardware").write_text(text)
    with pytest.raises(InvalidFacts):
        read_hardware(tmp_path / "hardware")
    with pytest.raises(InvalidFacts, match="cannot be read"):
        read_hardware(tmp_path / "nowhere")
