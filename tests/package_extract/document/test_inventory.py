from package_extract.document.inventory import packages, records_of

RPM = {"name": "bash", "epoch": 1, "version": "5", "release": "2.el9", "arch": "x86_64", "size": 7}
DEB = {"name": "sed", "version": "4", "architecture": "amd64", "installed": True, "installed_size": 9, "database": "db"}
PYTHON = {"name": "Six", "version": None, "metadata_path": "lib/six.dist-info", "metadata_kind": "dist-info", "layer": 1,
          "owner": {"type": "deb", "name": "python3-six", "version": "1"}, "shadowed_by": None}  # fmt: skip


def document(layers=2, **results):
    return {"image": {"layers": [{}] * layers}, "results": results}


def only(**results):
    (record,) = packages(document(**results))
    return record


def test_rpm():
    record = only(rpm={"databases": [{"path": "var/lib/rpm/rpmdb.sqlite"}], "packages": [RPM]})
    assert (record["kind"], record["version"], record["size"]) == ("rpm", "1:5-2.el9", 7)
    assert (record["path"], record["architecture"], record["layer"]) == ("var/lib/rpm/rpmdb.sqlite", "x86_64", None)
    two = {"databases": [{"path": "a"}, {"path": "b"}], "packages": [{**RPM, "epoch": None}]}
    assert (only(rpm=two)["path"], only(rpm=two)["version"]) == (None, "5-2.el9")


def test_dpkg_lists_what_is_installed():
    gone = {**DEB, "name": "gone", "installed": False}
    record = only(dpkg={"packages": [DEB, gone]})
    assert (record["kind"], record["name"], record["path"], record["size"]) == ("deb", "sed", "db", 9)


def test_python():
    section = {"environments": [{"prefix": "usr", "packages": [PYTHON]}]}
    record = only(python_packages=section)
    assert (record["kind"], record["environment"], record["path"]) == ("python", "usr", "lib/six.dist-info")
    assert (record["version"], record["layer"], record["owner"]["name"]) == (None, 1, "python3-six")


def test_in_an_image_of_one_layer_everything_is_in_that_layer():
    (record,) = packages(document(layers=1, apk={"packages": [{"name": "musl", "version": "1"}]}))
    assert record["layer"] == 0


def test_sections_of_others_are_not_trusted():
    odd = {"packages": [{"name": 7, "version": 1.5, "layer": [], "path": 3}, {"version": "1"}, "text", {"name": ""}]}
    record = only(other=odd, more=[], rest={"packages": {"a": 1}})
    assert (record["name"], record["version"], record["layer"], record["size"]) == ("7", "1.5", None, None)


def test_records_of_what_is_no_section():
    assert records_of(None, "x") == records_of([], "x") == records_of({"x": 1}, "x") == []
