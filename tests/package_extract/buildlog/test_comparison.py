import io

from package_extract.buildlog import compare_with, read_build_log


def document(*packages, rpms=()):
    rows = [
        {
            "name": name,
            "version": version,
            "metadata_kind": "dist-info",
            "metadata_path": f"usr/{name}",
            "layer": 0,
            "owner": None,
            "shadowed_by": None,
        }
        for name, version in packages
    ]
    environment = {"prefix": "usr", "packages": rows}
    image = {"reference": "app", "digest": "sha256:1", "layers": []}
    return {
        "image": image,
        "results": {"python_packages": {"environments": [environment]}, "rpm": {"packages": [*rpms]}},
    }


def test_logged_and_really_there():
    log = read_build_log(
        io.BytesIO(b"Successfully installed Zope.Interface-6.0.0 six-1.17.0 gone-1\n - old==1\n + late==2\n")
    )
    found = compare_with(log, document(("zope-interface", "6.0"), ("six", "1.16.0"), ("late", "2")))
    assert [(row["name"], (row["in_image"] or {}).get("state")) for row in found["packages"]] == [
        ("Zope.Interface", "same"),
        ("six", "other_version"),
        ("gone", "absent"),
        ("old", None),
        ("late", "same"),
    ]
    assert found["packages"][1]["in_image"]["found"] == [{"version": "1.16.0", "path": "usr/six", "layer": 0}]
    assert found["image"]["counts"] == {"same": 2, "other_version": 1, "absent": 1}
    assert [row["name"] for row in found["image"]["differing"]] == ["six", "gone"]
    assert found["image"]["digest"] == "sha256:1"


def test_only_the_last_word_counts():
    log = read_build_log(io.BytesIO(b" + six==1.16.0\n - six==1.16.0\n + six==1.17.0\n + a==1\n - a==1\n"))
    found = compare_with(log, document(("six", "1.17.0")))
    assert [(row["in_image"] or {}).get("state") for row in found["packages"]] == [None, None, "same", None, None]


def test_rpms_without_their_epoch():
    rpm = {"name": "tar", "epoch": 2, "version": "1.34", "release": "6.el9", "arch": "x86_64"}
    log = read_build_log(io.BytesIO(b"Package tar-1.34-6.el9.x86_64 is already installed.\n"))
    (row,) = compare_with(log, document(rpms=[rpm]))["packages"]
    assert row["in_image"]["state"] == "same"
