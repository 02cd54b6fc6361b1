import io
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.buildlog import read_build_log
from package_extract.buildlog.findings import MOST_ROWS

LOGS = Path(__file__).parent / "logs"


def read(text):
    return read_build_log(io.BytesIO(text.encode()))


def log(name):
    return (LOGS / f"{name}.log").read_text()


def rows(found, *keys):
    return [tuple(row[key] for key in keys) for row in found["packages"]]


def by_name(found):
    return {row["name"]: row for row in found["packages"]}


def test_pip_with_dependencies_and_what_was_there():
    found = read(log("pip-23.2-again"))
    assert rows(found, "name", "version", "status") == [
        ("six", "1.17.0", "already_satisfied"),
        ("requests", "2.34.2", "installed"),
        ("charset_normalizer", "3.5.2", "installed"),
        ("idna", "3.20", "already_satisfied"),
        ("urllib3", "2.8.0", "installed"),
        ("certifi", "2026.10.18", "installed"),
    ]
    certifi = by_name(found)["certifi"]
    assert (certifi["specifier"], certifi["requested_by"], certifi["size"]) == (">=2023.5.7", ["requests"], 134_000)
    assert certifi["artifact"] == "certifi-2026.10.18-py3-none-any.whl"
    assert by_name(found)["urllib3"]["source"] == "/srv/files/urllib3-2.8.0-py3-none-any.whl"
    assert found["indexes"][0] == "https://example.org/simple"
    assert found["installation_successful"]


def test_pip_that_fails():
    found = read(log("pip-23.2-failed"))
    assert found["failed"] == ["no-such-package-xyz1", "six"]
    assert not found["installation_successful"]
    assert by_name(found)["six"]["specifier"] == "==99"
    assert "from versions: 0.9.0" in by_name(found)["six"]["message"]
    assert len(found["errors"]) == 4


def test_pip_that_replaces():
    found = read(log("pip-23.2-replaced"))
    assert rows(found, "name", "version", "replaces", "upgrade", "status") == [
        ("certifi", "2025.1.31", "2026.10.18", True, "installed"),
        ("six", "1.17.0", "1.17.0", False, "installed"),
    ]


def test_new_pip():
    found = read(log("pip-26.3"))
    assert {(row["status"], row["artifact"] is not None, row["size"] is not None) for row in found["packages"]} == {
        ("installed", True, True)
    }
    assert sorted(rows(found, "name", "version"))[-2:] == [("six", "1.16.0"), ("urllib3", "2.8.0")]


def test_old_pip():
    found = read(
        "Collecting Flask[async]==1.0 (from -r requirements.txt (line 3))\n"
        "  Using cached https://files.example.org/Flask-1.0.tar.gz#sha256=abc\n"
        "Requirement already up-to-date: Click>=5 in /usr/lib/python2.7 (from Flask==1.0)\n"
        "  Could not find a version that satisfies the requirement nothing-here (from versions: )\n"
        "No matching distribution found for nothing-here\n"
    )
    assert rows(found, "name", "specifier", "status", "version") == [
        ("Flask", "==1.0", "collected", "1.0"),
        ("Click", ">=5", "already_satisfied", None),
        ("nothing-here", None, "failed", None),
    ]
    flask = found["packages"][0]
    assert (flask["artifact"], flask["requested_by"]) == ("Flask-1.0.tar.gz", ["-r requirements.txt (line 3)"])


def test_pip_that_cannot_build():
    found = read(
        "Collecting broken\n  Downloading broken-1.0.tar.gz (1.2 MB)\n  ERROR: Failed building wheel for broken\n"
        "ERROR: Could not build wheels for broken, which is required to install pyproject.toml-based projects\n"
    )
    assert rows(found, "name", "status", "size") == [("broken", "failed", 1_200_000)]


def test_uv():
    found = read(log("uv-0.13"))
    assert rows(found, "name", "version", "status") == [
        ("idna", "3.20", "installed"),
        ("six", "1.17.0", "installed"),
        ("idna", "3.20", "removed"),
        ("idna", "3.7", "installed"),
    ]
    (error,) = found["errors"]
    assert error["message"].startswith("No solution found when resolving dependencies Because there is no version of")


def test_apt():
    found = read(log("apt-2.6-installed"))
    assert rows(found, "name", "version", "architecture", "size", "status") == [
        ("libtext-charwidth-perl", "0.04-11", "amd64", 9496, "installed"),
        ("cowsay", "3.03+dfsg2-8", "all", 21_400, "installed"),
    ]
    downloaded = read(log("apt-2.6-downloaded"))["packages"]
    assert {(row["status"], row["repository"]) for row in downloaded} == {("downloaded", "bookworm/main")}
    assert read(log("apt-2.6-failed"))["failed"] == ["no-such-package"]
    other = read("Unpacking a:amd64 (2-1) over (1-1) ...\nb is already the newest version (1:2).\n")
    assert rows(other, "name", "version", "replaces", "status") == [
        ("a", "2-1", "1-1", "unpacked"),
        ("b", "1:2", None, "already_satisfied"),
    ]


def test_dnf():
    found = read(log("dnf-4"))
    assert rows(found, "name", "version", "architecture", "repository", "size", "dependency", "upgrade", "status") == [
        ("tar", "2:1.34-6.el9", "x86_64", None, None, None, None, "already_satisfied"),
        ("httpd", "2.4.57-5.el9", "x86_64", "appstream", 47 * 1024, False, False, "installed"),
        ("openssl-libs", "1:3.0.7-25.el9", "x86_64", "baseos", round(2.2 * 1024**2), False, True, "installed"),
        ("apr", "1.7.0-12.el9", "x86_64", "appstream", 123 * 1024, True, False, "installed"),
        ("a-package-with-a-very-long-name", "1.0-1.el9", "noarch", "commandline", 1536, True, False, "installed"),
        ("apr-util-openssl", "1.6.1-23.el9", "x86_64", "appstream", 15 * 1024, True, False, "installed"),
    ]


def test_a_dnf_log_that_is_cut_off():
    text = log("dnf-4")
    found = by_name(read(text[: text.index("  Installing       : httpd")]))
    assert {name: row["status"] for name, row in found.items() if name in ("apr", "httpd")} == {
        "apr": "unpacked",
        "httpd": "planned",
    }
    end = read(text[text.index("Installed:") :])
    assert ("httpd", "2.4.57-5.el9", "installed") in rows(end, "name", "version", "status")


def test_what_dnf_says_failed():
    text = log("dnf-4").replace("Installed:\n", "Failed:\n").replace("Complete!", "Error: Transaction failed")
    assert read(text)["failed"] == ["a-package-with-a-very-long-name", "apr", "apr-util-openssl", "httpd"]


def test_yum_and_microdnf():
    found = read(log("yum-3"))
    assert rows(found, "name", "version", "dependency", "status") == [
        ("no-such-thing", None, None, "failed"),
        ("bash", "1:4.2.46-35.el7", None, "already_satisfied"),
        ("httpd", "2.4.6-99.el7", False, "installed"),
        ("mailcap", "2.1.41-2.el7", True, "installed"),
    ]
    assert rows(read(log("microdnf")), "name", "version", "repository", "size", "status") == [
        ("findutils", "1:4.8.0-6.el9", "baseos", 563_100, "installed"),
        ("tar", "2:1.34-6.el9", "baseos", 910_500, "installed"),
    ]


def test_interleaved_steps_of_buildkit():
    found = read(log("buildkit"))
    titles = [step["title"] for step in found["steps"]]
    steps = {row["name"]: titles[row["step"]] for row in found["packages"]}
    assert steps["requests"] == steps["idna"] == "[app 2/3] RUN pip install requests six==99"
    assert steps["cowsay"].startswith("[tools 2/3]")
    assert {row["name"]: row["status"] for row in found["packages"]} == {
        "requests": "collected",
        "idna": "collected",
        "six": "failed",
        "cowsay": "installed",
    }
    idna = by_name(found)["idna"]
    assert idna["source"] == "https://files.example.org/idna-3.10-py3-none-any.whl"
    assert by_name(found)["requests"]["size"] == 64_000
    assert [step["title"] for step in found["steps"] if step["failed"]] == [steps["six"]]
    (image,) = found["images"]
    assert (image["name"], image["digest"], image["pushed"]) == (
        "registry.example.org/team/app:v1",
        "sha256:" + "1" * 64,
        True,
    )


def test_all_that_thoth_read_of_s2i():
    found = read(log("s2i"))
    assert found["s2i"] == {
        "s2i_builder_image": {"image": "registry.example.org/s2i/python", "sha256": "2" * 64},
        "push_successful": True,
        "thamos_version": "1.16.1",
        "provenance_check_run": False,
        "adviser_run": True,
        "pipfile_lock": {"default": {"six": {"version": "==1.15.0"}}},
        "thoth_config": "host: thoth.example.org\nruntime_environments:\n- name: app",
    }
    assert (found["recovered"], found["failed"], found["installation_successful"]) == (["gast"], [], True)
    assert found["indexes"] == ["https://index.example.org/simple"]
    installed = [row for row in found["packages"] if row["status"] == "installed"]
    assert [(row["name"], row["artifact"], row["size"]) for row in installed] == [
        ("absl-py", "absl_py-0.11.0-py3-none-any.whl", 127_000),
        ("gast", "gast-0.4.0-py3-none-any.whl", 9_800),
    ]
    assert [(image["name"], image["pushed"]) for image in found["images"]] == [
        ("registry.example.org/team/app:latest", True)
    ]


def test_micropipenv_and_pipenv_that_give_up():
    found = read(
        "An error occurred while installing six==99 --hash=sha256:1! Will try again.\n"
        "ERROR: Couldn't install package: idna\n"
        "micropipenv.PipInstallError: Failed to install requirements, dependency 'gast' could not be installed\n"
    )
    assert found["failed"] == ["gast", "idna", "six"]


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "2024-05-06T07:08:09.123456789Z ",
        "2024-05-06T07:08:09.1Z stdout F ",
        "[step-build] ",
        "[build-image : step-build] 2024-05-06T07:08:09Z ",
        "2024-05-06T07:08:09Z [step-build] #12 3.456 ",
        "\x1b[32m",
    ],
)
def test_prefixes(prefix):
    lines = [prefix + line for line in log("pip-23.2-again").splitlines()]
    assert [row[:2] for row in rows(read("\n".join(lines)), "name", "status")] == [
        row[:2] for row in rows(read(log("pip-23.2-again")), "name", "status")
    ]


def test_steps_of_podman_and_docker():
    found = read(
        "STEP 1/2: FROM docker.example.org/library/python:3\nSTEP 2/2: RUN pip install six\n"
        "Successfully installed six-1.17.0\nCOMMIT app:1\nSuccessfully tagged localhost/app:1\n"
        "Step 3/3 : RUN pip install idna\nSuccessfully installed idna-3.10\r\n"
        'Error: building at STEP "RUN false": while running runtime: exit status 1\n'
    )
    assert [step["title"] for step in found["steps"]] == [
        "FROM docker.example.org/library/python:3",
        "RUN pip install six",
        "RUN pip install idna",
    ]
    assert rows(found, "name", "version", "step") == [("six", "1.17.0", 1), ("idna", "3.10", 2)]
    assert found["images"][0]["name"] == "localhost/app:1"
    assert found["steps"][2]["failed"]


def test_podman_build():
    found = read(log("podman-4.3"))
    assert [(image["name"], image["pushed"]) for image in found["images"]] == [("localhost/app:1", False)]
    found = read(log("podman-4.3-failed"))
    assert [(step["title"], step["failed"]) for step in found["steps"]] == [
        ("FROM scratch", False),
        ("COPY busybox sh cat /bin/", False),
        ("COPY pip.log /", False),
        ("RUN cat /pip.log", False),
        ("RUN cat /nothing", True),
    ]
    assert {row["step"] for row in found["packages"]} == {3}
    assert len(found["packages"]) == 6


def test_pushes_by_docker_and_openshift():
    digest = f"sha256:{'3' * 64}"
    found = read(
        f"The push refers to repository [docker.example.org/app]\nv2: digest: {digest} size: 1234\n"
        f"Pushing image registry.example.org/team/app:latest ...\n"
        f"Successfully pushed registry.example.org/team/app@{digest}\n"
    )
    assert [(image["name"], image["digest"], image["pushed"]) for image in found["images"]] == [
        ("docker.example.org/app:v2", digest, True),
        ("registry.example.org/team/app:latest", digest, True),
    ]


def test_no_credentials():
    found = read(
        "Collecting app@ git+https://me:secret@example.org/app.git\nCollecting git+https://me:secret@example.org/b.git\n"
        'ERROR: 403 for url: https://secret@example.org/"\n + six==1 (from https://me:secret@example.org/six.whl)\n'
        "---------------------------------- Pipfile.lock ----------------------------------\n"
        '{"_meta": {"sources": [{"url": "https://me:p@secret@example.org/simple"}]}}\n'
        "---------------------------------- Pipfile.lock ----------------------------------\n"
    )
    assert "secret" not in str(found)
    assert str(found).count("https://example.org/") == 4
    assert rows(found, "name", "status") == [("app", "collected"), ("six", "installed")]


def test_too_much_is_counted():
    for text in (" + p{}==1\n", "Collecting p{}\n", "Setting up p{} (1) ...\n", "Installing: p{};1;noarch;base\n"):
        found = read("".join(text.format(number) for number in range(MOST_ROWS + 3)))
        assert (len(found["packages"]), found["left_out"]) == (MOST_ROWS, 3)


@pytest.mark.parametrize(
    "line",
    [
        "Collecting a" + " (from " * 9000,
        "Requirement already satisfied: a" + " in a (from" * 6000,
        "ERROR: Could not build wheels for a" + " since" * 10000,
        "Package Arch Version Repository Size\nInstalling:\n" + " a1" * 20000,
        "\x1b[" + "0" * 60000,
    ],
)
def test_long_lines_take_no_time(line):
    started = time.process_time()
    read(line)
    assert time.process_time() - started < 1


WORDS = st.sampled_from(
    sorted({word for path in LOGS.glob("*.log") for word in path.read_text().split(" ")} | {"\n", "\r", "\n #1 2.0"})
)


@given(st.lists(WORDS, max_size=80).map(" ".join) | st.text() | st.binary())
def test_anything_is_read(text):
    found = read_build_log(io.BytesIO(text if isinstance(text, bytes) else text.encode("utf-8", "replace")))
    assert all(row["step"] < len(found["steps"]) for row in found["packages"])


@given(st.data())
def test_a_log_that_is_cut_anywhere(data):
    text = log(data.draw(st.sampled_from([path.stem for path in sorted(LOGS.glob("*.log"))])))
    whole = {row["name"] for row in read(text)["packages"]}
    cut = text[: data.draw(st.integers(0, len(text)))]
    lines = cut[: cut.rfind("\n") + 1]
    assert {row["name"] for row in read(lines)["packages"]} <= whole
    read(cut)
