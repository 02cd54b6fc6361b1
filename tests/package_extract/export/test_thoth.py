from typing import Any

import pytest

from package_extract.export.thoth import thoth_document

KEYS = {
    *("rpm", "rpm-dependencies", "deb", "deb-dependencies", "python-files", "operating-system", "skopeo-inspect"),
    *("system-symbols", "python-interpreters", "cuda-version", "python-packages", "aicoe-ci", "layers", "image_size"),
}


def document(results: dict[str, Any] | None = None, **image: Any) -> dict[str, Any]:
    return {
        "image": {
            "reference": "docker://quay.example:5000/org/app:v1@sha256:00",
            "digest": "sha256:ab",
            "platform": {"os": "linux", "architecture": "amd64"},
            "created": "2024-01-01T00:00:00Z",
            "labels": {"a": "b"},
            "env": {"PATH": "/bin", "EMPTY": ""},
            "repo_tags": [],
            "layers": [
                {"digest": "sha256:11", "diff_id": "sha256:22", "media_type": "m", "compressed_size": 3},
                {"digest": None, "diff_id": "sha256:33", "media_type": None, "compressed_size": None},
            ],
            "compressed_size": 3,
            **image,
        },
        "results": results or {},
        "run": {"tool_version": "1.2", "started_at": "2024-05-06T07:08:09Z", "duration_seconds": 1.6},
    }


def result(**results: Any) -> dict[str, Any]:
    found: dict[str, Any] = thoth_document(document(results))["result"]
    return found


def test_every_key_is_there_without_knowledge() -> None:
    found = result()
    assert found.keys() == KEYS
    empty = {key: value for key, value in found.items() if key not in ("skopeo-inspect", "layers", "image_size")}
    assert empty == {
        "rpm": [],
        "rpm-dependencies": [],
        "deb": [],
        "deb-dependencies": [],
        "python-files": [],
        "operating-system": {},
        "system-symbols": {},
        "python-interpreters": [],
        "cuda-version": {},
        "python-packages": [],
        "aicoe-ci": {"requirements": None, "requirements_lock": None},
    }


def test_metadata() -> None:
    found = thoth_document(document(), {"origin": "here", "is_external": True})["metadata"]
    assert found["analyzer"] == "thoth-package-extract"
    assert found["analyzer_version"] == "1.2"
    assert (found["datetime"], found["timestamp"], found["duration"]) == ("2024-05-06T07:08:09+00:00", 1714979289, 2)
    assert found["document_id"].startswith("package-extract-240506070809-")
    assert found["arguments"]["extract-image"]["image"].startswith("docker://quay.example")
    assert found["arguments"]["thoth-package-extract"]["metadata"] == {
        "origin": "here",
        "is_external": True,
        "environment_type": None,
    }


def test_image() -> None:
    found = result()
    assert (found["layers"], found["image_size"]) == (["11", "33"], 3)
    inspect = found["skopeo-inspect"]
    assert inspect["Name"] == "quay.example:5000/org/app"
    assert inspect["Env"] == ["PATH=/bin", "EMPTY="]
    assert inspect["Layers"] == ["sha256:11", "sha256:33"]
    assert (inspect["Architecture"], inspect["Os"], inspect["Digest"]) == ("amd64", "linux", "sha256:ab")


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ({"reference": "docker-archive:x.tar", "repo_tags": ["localhost:5000/a/b:1"]}, "localhost:5000/a/b"),
        ({"reference": "docker-archive:x.tar"}, ""),
        ({"reference": "docker://busybox"}, "busybox"),
    ],
)
def test_name_of_the_image(image: dict[str, Any], name: str) -> None:
    assert thoth_document(document(**image))["result"]["skopeo-inspect"]["Name"] == name


def rpm(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "epoch": None, "version": "1", "release": "2.el9", "arch": "x86_64", "requires": [], **more}


def test_rpm() -> None:
    rows = [
        rpm("bash", epoch=1, requires=["libc.so.6()(64bit)", "filesystem >= 3", "filesystem >= 3"]),
        rpm("gpg-pubkey", release="5", arch=None),
        rpm("zlib", epoch=0),
    ]
    found = result(rpm={"packages": rows})
    assert found["rpm"] == ["bash-1-2.el9.x86_64", "gpg-pubkey-1-5", "zlib-1-2.el9.x86_64"]
    assert found["rpm-dependencies"][0] == {
        "name": "bash",
        "version": "1",
        "release": "2.el9",
        "epoch": "1",
        "arch": "x86_64",
        "src": False,
        "dependencies": ["libc.so.6()(64bit)", "filesystem >= 3"],
        "package_identifier": "bash-1:1-2.el9.x86_64",
    }
    assert [row["epoch"] for row in found["rpm-dependencies"]] == ["1", None]


def deb(name: str, version: str, **more: Any) -> dict[str, Any]:
    lists: dict[str, list[str]] = {"depends": [], "pre_depends": [], "replaces": []}
    return {"name": name, "version": version, "architecture": "amd64", "installed": True, **lists, **more}


def test_deb() -> None:
    rows = [
        deb("vim", "2:9.0-1", depends=["libc6:any (>= 2.36)", "a | b (= 1) | exim", "vi"], pre_depends=["x | y"]),
        deb("b", "1", replaces=["c (<< 2)"]),
        deb("gone", "1", installed=False),
    ]
    found = result(dpkg={"packages": rows})
    assert found["deb"][0] == {"name": "vim", "version": "2:9.0-1", "arch": "amd64"}
    assert len(found["deb"]) == 2
    assert found["deb-dependencies"][0] == {
        "name": "vim",
        "version": "9.0-1",
        "epoch": "2",
        "arch": "amd64",
        "depends": [
            {"name": "libc6", "version": ">= 2.36"},
            {"name": "b", "version": "= 1"},
            {"name": "vi", "version": None},
        ],
        "pre-depends": [{"name": "x", "version": None}],
        "replaces": [],
    }
    assert found["deb-dependencies"][1]["replaces"] == [{"name": "c", "version": "<< 2"}]


def test_python() -> None:
    def row(name: str, location: str, shadowed_by: str | None = None, kind: str = "dist-info") -> dict[str, Any]:
        return {
            "name": name,
            "normalized_name": name.lower(),
            "version": "1",
            "location": location,
            "metadata_path": f"{location}/{name}-1.{kind}",
            "metadata_kind": kind,
            "shadowed_by": shadowed_by,
        }

    rows = [
        row("Six", "a"),
        row("six", "b", "a/Six-1.dist-info"),
        row("six", "b/vendor", "b/other-1.dist-info"),
        row("other", "b"),
        row("numpy", "conda", None, "conda"),
    ]
    interpreters = [
        {
            "path": "usr/bin/python3.11",
            "aliases": ["usr/bin/python3", "v/bin/python"],
            "version": "3.11.2",
            "base": None,
        },
        {"path": "v/bin/python", "aliases": [], "version": "3.11.2", "base": "usr/bin/python3.11"},
        {"path": "usr/bin/python2", "aliases": [], "version": None},
    ]
    found = result(
        python_packages={"environments": [{"packages": rows}]}, python_interpreters={"interpreters": interpreters}
    )
    assert [(one["package_name"], one["package_version"], one["location"]) for one in found["python-packages"]] == [
        ("Six", "1", "/a"),
        ("other", "1", "/b"),
        ("six", "1", "/b"),
    ]
    assert [(one["path"], one["link"], one["version"]) for one in found["python-interpreters"]] == [
        ("/usr/bin/python2", "/usr/bin/python2", None),
        ("/usr/bin/python3", "/usr/bin/python3.11", "Python 3.11.2"),
        ("/usr/bin/python3.11", "/usr/bin/python3.11", "Python 3.11.2"),
        ("/v/bin/python", "/usr/bin/python3.11", "Python 3.11.2"),
    ]


@pytest.mark.parametrize(
    ("told", "version", "expected"),
    [
        ({"nvcc": "12.2.140", "version.json": "12.2.2"}, "12.2.2", {"nvcc_version": "12.2.140"}),
        (
            {"nvcc": "10.1.243", "version.txt": "10.1.243"},
            "10.1.243",
            {"nvcc_version": "10.1.243", "/usr/local/cuda/version.txt": "10.1.243"},
        ),
        ({"file": "12.2.140"}, "12.2", {"/usr/local/cuda/version.txt": "12.2"}),
    ],
)
def test_cuda(told: dict[str, str], version: str, expected: dict[str, str]) -> None:
    evidence = [{"source": source, "path": None, "version": text} for source, text in told.items()]
    other = {"path": "opt/other", "version": "9.0", "evidence": []}
    toolkit = {"path": "usr/local/cuda-x", "version": version, "evidence": evidence}
    assert result(cuda={"toolkits": [other, toolkit]})["cuda-version"] == expected


def test_symbols_and_system() -> None:
    libraries = [
        {"path": "lib/libc.so.6", "in_search_path": True, "defines": ["GLIBC_2.2.5", "GLIBC_2.36"]},
        {"path": "opt/libc.so.6", "in_search_path": False, "defines": ["GLIBC_2.39"]},
        {"path": "lib/libplain.so", "in_search_path": True, "defines": []},
    ]
    found = result(abi={"libraries": libraries}, os_release={"fields": {"ID": "rhel", "VERSION_ID": "9.4"}})
    assert found["system-symbols"] == {"/lib/libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.36"]}
    assert found["operating-system"] == {"id": "rhel", "version_id": "9.4"}
