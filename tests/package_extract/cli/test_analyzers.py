from package_extract_analyzers.dpkg import Dpkg


def test_lists_name_version_origin_and_summary(command):
    code, out, err = command("analyzers")
    assert (code, err) == (0, "")
    rows = {line.split()[0]: line for line in out.decode().splitlines()}
    assert {"NAME", "os_release", "rpm", "dpkg", "apk", "python_packages"} <= set(rows)
    assert rows["dpkg"].split()[1:3] == [str(Dpkg.version), "package_extract"]
    assert rows["dpkg"].endswith(Dpkg.summary)


def test_one_that_cannot_be_loaded_is_listed_with_the_reason(command, tmp_path, monkeypatch):
    metadata = tmp_path / "broken-1.0.dist-info"
    metadata.mkdir()
    (metadata / "entry_points.txt").write_text("[package_extract.analyzers]\nbroken = no_such_module:Broken\n")
    monkeypatch.syspath_prepend(tmp_path)
    code, out, _ = command("analyzers")
    assert code == 0
    assert "broken" in out.decode()
    assert "ModuleNotFoundError: No module named 'no_such_module'" in out.decode()
