"""`package-extract batch` and `package-extract store` as people and programs call them."""

import json
import os
import random
import signal
import time

import pytest

from package_extract.store import open_store


@pytest.fixture
def rootfs(tmp_path):
    """So many images: root file systems, each a little different."""

    def make(count):
        paths = []
        for number in range(count):
            root = tmp_path / "roots" / f"root{number}"
            (root / "etc").mkdir(parents=True)
            (root / "etc" / "os-release").write_text(f"ID=debian\nVERSION_ID={number}\n")
            paths.append(f"rootfs:{root}")
        return paths

    return make


@pytest.fixture
def listed(tmp_path):
    def write(*lines):
        path = tmp_path / "images.txt"
        path.write_text("".join(f"{line}\n" for line in lines))
        return path

    return write


def test_summary_and_store(command, listed, example, tmp_path):
    store = tmp_path / "store"
    images = listed("# a comment", example, "", example, "missing.tar")
    code, out, err = command("batch", images, "--store", store)
    summary = json.loads(out)
    assert code == summary["exit_code"] == 3
    assert summary["outcomes"] == {"done": 1, "failed": 1}
    assert summary["duplicates"] == [{"line": 4, "first_line": 2}]
    done, failed = summary["images"]
    assert (done["line"], done["reference"], done["outcome"], done["exit_code"]) == (2, example, "done", 0)
    assert done["cache"] == {"hits": 0, "misses": 3}
    assert 0 < done["bytes_read"] == summary["bytes_read"]
    assert done["peak_memory"] > 1_000_000
    assert (failed["line"], failed["exit_code"], failed["error"]) == (5, 3, "missing.tar does not exist")
    repeated, line = err.splitlines()
    assert repeated == "line 4 repeats line 2 and is passed over"
    assert line.endswith(f"/2] failed {failed['seconds']:.2f}s missing.tar: missing.tar does not exist")

    assert command("store", "ls", "--store", store) == (0, f"{done['id']}\n".encode(), "")
    code, out, _ = command("store", "get", done["id"], "--store", store)
    assert json.loads(out)["image"]["digest"] == done["digest"]
    assert command("store", "by-digest", done["digest"], "--store", f"file://{store}")[1] == f"{done['id']}\n".encode()
    assert command("store", "get", "other", "--store", store)[0] == 3
    assert command("store", "by-digest", f"sha256:{'0' * 64}", "--store", store)[0] == 3


def test_all_well_and_the_summary_in_a_file(command, listed, example, tmp_path):
    summary = tmp_path / "summary.json"
    arguments = ("batch", listed(example), "--store", tmp_path / "store", "-o", summary)
    code, out, err = command(*arguments, "-v")
    assert (code, out) == (0, b"")
    assert err.startswith("[1/1] done ")
    assert json.loads(summary.read_text())["outcomes"] == {"done": 1}
    assert command(*arguments, "--quiet") == (0, b"", "")
    assert json.loads(summary.read_text())["outcomes"] == {"present": 1}


def test_shards(command, listed, rootfs, tmp_path, monkeypatch):
    images = listed(*rootfs(5))
    code, out, _ = command("batch", images, "--store", tmp_path / "store", "--shard", "0/2")
    assert [image["line"] for image in json.loads(out)["images"]] == [1, 3, 5]
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "1")
    code, _, err = command("batch", images, "--store", tmp_path / "store")
    assert code == 2
    assert "PACKAGE_EXTRACT_SHARDS" in err
    monkeypatch.setenv("PACKAGE_EXTRACT_SHARDS", "2")
    code, out, _ = command("batch", images, "--store", tmp_path / "store")
    summary = json.loads(out)
    assert (code, summary["shard"]) == (0, {"index": 1, "count": 2})
    assert [image["line"] for image in summary["images"]] == [2, 4]
    assert len([*open_store(str(tmp_path / "store")).keys("documents/")]) == 5


def test_wrong_lists(command, listed, tmp_path):
    assert command("batch", tmp_path / "none", "--store", tmp_path / "store")[0] == 2
    code, _, err = command("batch", listed("reference,colour"), "--store", tmp_path / "store")
    assert (code, err.count("\n")) == (2, 1)
    assert command("batch", listed("a:1"))[0] == 2
    assert command("batch", listed("a:1"), "--store", "https://x/")[0] == 2
    code, out, _ = command("batch", listed(), "--store", tmp_path / "store")
    assert (code, json.loads(out)["images"]) == (0, [])


def documents(location):
    store, found = open_store(str(location)), {}
    for key in [*store.keys("documents/"), *store.keys("digests/")]:
        document = json.loads(store.get(key) or b"{}")
        document.pop("run", None)
        found[key] = document
    return found


def images_of(process):
    """Processes of images whose batch is gone."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat") as file:
                session = int(file.read().rpartition(")")[2].split()[3])
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                if b"image_process" in file.read() and session != process:
                    with open(f"/proc/{entry}/environ", "rb") as environ:
                        if f"PACKAGE_EXTRACT_TEST={process}".encode() in environ.read():
                            found.append(int(entry))
        except OSError:
            continue
    return found


def test_killed_at_any_moment_and_started_again(command, process, listed, rootfs, tmp_path, monkeypatch):
    images, moments = listed(*rootfs(8)), random.Random()
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("PACKAGE_EXTRACT_TEST", str(os.getpid()))
    assert command("batch", images, "--store", tmp_path / "undisturbed")[0] == 0
    arguments = ("batch", images, "--store", tmp_path / "store", "--workers", 3, "-o", tmp_path / "summary.json")
    kills = 0
    while kills < 12:
        running = process(*arguments)
        time.sleep(moments.uniform(0.15, 0.8))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        kills += 1
        assert documents(tmp_path / "store").items() <= documents(tmp_path / "undisturbed").items()
        if running.returncode == 0:
            break
    assert command(*arguments)[0] == 0
    deadline = time.monotonic() + 10
    while images_of(os.getpid()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert images_of(os.getpid()) == []
    assert documents(tmp_path / "store") == documents(tmp_path / "undisturbed")
    assert len([*open_store(str(tmp_path / "store")).keys("documents/")]) == 8
    assert [name for name in os.listdir(tmp_path) if "package-extract" in name] == []


def test_a_terminal_sees_a_bar_and_what_failed(process, listed, rootfs, tmp_path):
    terminal, its_end = os.openpty()
    images = listed(*rootfs(2), "missing.tar")
    running = process("batch", images, "--store", tmp_path / "store", stderr=its_end)
    os.close(its_end)
    out, _ = running.communicate()
    shown = b""
    try:
        while data := os.read(terminal, 1 << 16):
            shown += data
    except OSError:  # the other end is closed
        pass
    os.close(terminal)
    assert running.returncode == 3
    assert json.loads(out)["outcomes"] == {"done": 2, "failed": 1}
    assert b"3/3" in shown
    assert b"missing.tar does not exist" in shown


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_end(process, listed, rootfs, tmp_path, number):
    images, summary = listed(*rootfs(40)), tmp_path / "summary.json"
    running = process("batch", images, "--store", tmp_path / "store", "--workers", 1, "-v", "-o", summary)
    assert b"done" in running.stderr.readline()
    running.send_signal(number)
    running.communicate(timeout=20)
    assert running.returncode == 128 + number
    outcomes = json.loads(summary.read_text())["outcomes"]
    assert outcomes["abandoned"] > 30
    assert outcomes["done"] + outcomes["abandoned"] == 40


def test_a_list_that_is_not_there(command, tmp_path):
    for name in ("batch", "job"):
        code, out, err = command(name, tmp_path / "none.txt", "--store", tmp_path / "store")
        assert (code, out) == (2, b"")
        assert err == f"package-extract: the list {tmp_path}/none.txt cannot be read: No such file or directory\n"


def test_an_empty_store_is_said_to_be_empty(command, tmp_path):
    assert command("store", "ls", "--store", tmp_path / "store") == (0, b"", "the store has no documents\n")
