"""Whole images: what a file set becomes in the section."""

import io
import zipfile

import pytest

SITE = "usr/lib/python3/dist-packages"
LOCAL = "usr/local/lib/python3.11/dist-packages"
VENV = "opt/app/lib/python3.11/site-packages"


def metadata(name: str, version: str, *more: str) -> bytes:
    return "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *more, "", "Words."]).encode()


def test_every_field_of_a_wheel(analyze) -> None:
    info = f"{VENV}/Some_Thing-1.0.dist-info"
    outcome = analyze(
        {
            f"{info}/METADATA": metadata(
                "Some.Thing", "1.0", "Requires-Python: >=3.8", "Requires-Dist: six", "Provides-Extra: fast"
            ),
            f"{info}/RECORD": b"some/__init__.py,,\nsome/_speed.so,,\nsome/deps/libz-1.so.2.3,,\nmono.py,,\n"
            b"../../../bin/some,,\nSome_Thing-1.0.dist-info/METADATA,,\nsome.libs/libq.so,,\n",
            f"{info}/INSTALLER": b"\nuv\n",
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nTag: cp311-cp311-linux_x86_64\nTag: py3-none-any\n",
            f"{info}/REQUESTED": b"",
            f"{info}/direct_url.json": b'{"url": "file:///src", "dir_info": {"editable": true}}',
            "opt/app/pyvenv.cfg": b"home = /usr/bin\ninclude-system-site-packages = false\n",
        }
    )
    assert outcome.problems == []
    assert outcome.packages[info] == {
        "name": "Some.Thing",
        "normalized_name": "some-thing",
        "version": "1.0",
        "location": VENV,
        "metadata_path": info,
        "metadata_kind": "dist-info",
        "installer": "uv",
        "requested": True,
        "tags": ["cp311-cp311-linux_x86_64", "py3-none-any"],
        "requires_python": ">=3.8",
        "requires_dist": ["six"],
        "provides_extra": ["fast"],
        "direct_url": {"url": "file:///src", "dir_info": {"editable": True}},
        "editable": True,
        "owner": None,
        "layer": 0,
        "top_level": ["mono", "some"],
        "native_libraries": [f"{VENV}/some.libs/libq.so", f"{VENV}/some/_speed.so", f"{VENV}/some/deps/libz-1.so.2.3"],
        "shadowed_by": None,
        "size": None,
        "overwrites": [],
    }
    for path in (f"{VENV}/mono.py", "opt/app/bin/some"):
        assert outcome.ownership.owner(path) == {"type": "python", "name": "Some.Thing", "version": "1.0"}


def test_every_form_of_egg_info(analyze) -> None:
    outcome = analyze(
        {
            f"{SITE}/file-1.0.egg-info": metadata("file", "1.0"),
            f"{SITE}/odd-1.0.dist-info": metadata("odd", "1.0"),
            f"{SITE}/directory-1.0.egg-info/PKG-INFO": metadata("directory", "1.0"),
            f"{SITE}/directory-1.0.egg-info/requires.txt": b"six\n[x]\ntoml\n",
            f"{SITE}/directory-1.0.egg-info/top_level.txt": b"beta\nalpha\n",
            f"{SITE}/directory-1.0.egg-info/installed-files.txt": b"../alpha/_c.so\nPKG-INFO\n",
            f"{SITE}/modern-1.0.egg-info/METADATA": metadata("modern", "1.0"),
            f"{SITE}/upper-1.0.DIST-INFO/METADATA": metadata("upper", "1.0"),
            f"{SITE}/folder-1.0.egg/EGG-INFO/PKG-INFO": metadata("folder", "1.0"),
            f"{SITE}/zipped-1.0-py3.egg": egg({"EGG-INFO/PKG-INFO": metadata("zipped", "1.0")}),
        }
    )
    assert outcome.problems == []
    assert sorted((row["name"], row["metadata_kind"], row["requested"]) for row in outcome.packages.values()) == [
        ("directory", "egg-info", None),
        ("file", "egg-info", None),
        ("folder", "egg", None),
        ("modern", "egg-info", None),
        ("odd", "dist-info", None),
        ("upper", "dist-info", False),
        ("zipped", "egg", None),
    ]
    directory = outcome.packages[f"{SITE}/directory-1.0.egg-info"]
    assert directory["requires_dist"] == ["six", 'toml ; extra == "x"']
    assert (directory["provides_extra"], directory["top_level"]) == (["x"], ["alpha", "beta"])
    assert directory["native_libraries"] == [f"{SITE}/alpha/_c.so"]
    assert outcome.packages[f"{SITE}/folder-1.0.egg/EGG-INFO"]["location"] == f"{SITE}/folder-1.0.egg"


def egg(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        for name, content in members.items():
            written.writestr(name, content)
    return buffer.getvalue()


def test_what_is_malformed_keeps_its_neighbours(analyze) -> None:
    outcome = analyze(
        {
            f"{SITE}/good-1.0.dist-info/METADATA": metadata("good", "1.0"),
            f"{SITE}/empty-2.0.dist-info/METADATA": b"",
            f"{SITE}/json-3.0.dist-info/METADATA": b'{"name": "json"}',
            f"{SITE}/latin-4.0.dist-info/METADATA": b"Author: caf\xe9\nName: latin\nVersion: 4.0\n",
            f"{SITE}/partial-5.0.dist-info/RECORD": b"x.py,,\n",
            f"{SITE}/nothing-6.0.dist-info": None,
            f"{SITE}/nothing.egg-info/PKG-INFO": b"",
            f"{SITE}/stray.egg-info/PKG-INFO": b"Name: stray\nno header\nVersion: 9.0 \n",
            f"{SITE}/spaces-7.0.dist-info/METADATA": b"Name:  spaces \r\nVersion: 7.0\r\n",
            f"{SITE}/wrong-8.0.dist-info/METADATA": metadata("wrong", "8.0"),
            f"{SITE}/wrong-8.0.dist-info/direct_url.json": b"{",
            f"{SITE}/no_version.egg-info": b"Name: no-version\n",
            f"{SITE}/broken.egg": b"PK\x03\x04 but no more",
            f"{SITE}/~umpy-1.0.dist-info/METADATA": metadata("numpy", "1.0"),
        }
    )
    assert outcome.visible == [
        ("empty", "2.0"),
        ("good", "1.0"),
        ("json", "3.0"),
        ("latin", "4.0"),
        ("no-version", None),
        ("partial", "5.0"),
        ("spaces", "7.0"),
        ("stray", "9.0"),
        ("wrong", "8.0"),
    ]
    assert sorted((problem["code"], problem["path"].removeprefix(f"{SITE}/")) for problem in outcome.problems) == [
        ("corrupt-zip", "broken.egg"),
        ("incomplete-metadata", "empty-2.0.dist-info/METADATA"),
        ("incomplete-metadata", "json-3.0.dist-info/METADATA"),
        ("incomplete-metadata", "no_version.egg-info"),
        ("incomplete-metadata", "partial-5.0.dist-info/RECORD"),
        ("incomplete-metadata", "stray.egg-info/PKG-INFO"),
        ("interrupted-uninstall", "~umpy-1.0.dist-info"),
        ("invalid-direct-url", "wrong-8.0.dist-info/direct_url.json"),
        ("no-metadata", "nothing.egg-info/PKG-INFO"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "usr/lib/python2.7/lib-dynload/Python-2.7.egg-info",
        "usr/lib/python2.7/argparse.egg-info",
        "usr/lib/python2.7/wsgiref.egg-info",
        "usr/lib/python2.7/site-packages/Python-2.7.egg-info",
    ],
)
def test_what_marks_the_standard_library_is_no_package(analyze, path: str) -> None:
    name = path.rpartition("/")[2].partition("-")[0].partition(".")[0]
    assert analyze({path: metadata(name, "1.0")}).visible == []


def test_an_installed_argparse_is_a_package(analyze) -> None:
    path = "usr/lib/python2.7/site-packages/argparse-1.4.0.dist-info"
    assert analyze({f"{path}/METADATA": metadata("argparse", "1.4.0")}).visible == [("argparse", "1.4.0")]


def test_namesakes_of_metadata_files_are_nothing(analyze) -> None:
    entries = {
        "src/METADATA": metadata("a", "1"),
        "src/PKG-INFO": metadata("a", "1"),
        "data/EGG-INFO/PKG-INFO": metadata("a", "1"),
        "music/RECORD": b"a,b,c\n",
        "chicken.egg": b"not a zip archive",
        "srv/weights/site-packages/model.pth": b"\x80\x02\0\0",
    }
    outcome = analyze(entries)
    assert (outcome.environments, outcome.problems) == ([], [])


def test_the_operating_system_owns_what_its_packages_list(analyze) -> None:
    path = f"{SITE}/yaml-5.dist-info"
    outcome = analyze(
        {f"{path}/METADATA": metadata("yaml", "5"), f"{path}/RECORD": b"yaml.py,,\n"},
        claims={"python3-yaml": [f"/{path}/METADATA", f"/{SITE}/yaml.py"]},
    )
    assert outcome.packages[path]["owner"] == {"type": "deb", "name": "python3-yaml", "version": "1-1"}
    assert outcome.ownership.owner(f"{SITE}/yaml.py")["name"] == "python3-yaml"


def test_a_vendored_copy_says_who_carries_it(analyze) -> None:
    outcome = analyze(
        {
            f"{VENV}/setuptools-80.dist-info/METADATA": metadata("setuptools", "80"),
            f"{VENV}/setuptools-80.dist-info/RECORD": b"setuptools/_vendor/zipp-3.dist-info/METADATA,,\n",
            f"{VENV}/setuptools/_vendor/zipp-3.dist-info/METADATA": metadata("zipp", "3"),
            f"{VENV}/nobody/knows-1.dist-info/METADATA": metadata("knows", "1"),
        }
    )
    assert outcome.visible == [("setuptools", "80")]
    zipp = outcome.packages[f"{VENV}/setuptools/_vendor/zipp-3.dist-info"]
    assert zipp["shadowed_by"] == f"{VENV}/setuptools-80.dist-info"
    assert zipp["owner"] == {"type": "python", "name": "setuptools", "version": "80"}
    assert outcome.packages[f"{VENV}/nobody/knows-1.dist-info"]["shadowed_by"] == VENV
    assert outcome.environment(f"{VENV}/nobody")["kind"] == "unbound"


def test_what_a_later_layer_removes_or_replaces(analyze) -> None:
    old, new, gone = (f"{SITE}/{name}.dist-info" for name in ("a-1", "a-2", "b-1"))
    outcome = analyze(
        {f"{old}/METADATA": metadata("a", "1"), f"{gone}/METADATA": metadata("b", "1")},
        {f"{new}/METADATA": metadata("a", "2"), f"{SITE}/.wh.b-1.dist-info": b""},
    )
    assert outcome.visible == [("a", "2")]
    assert outcome.packages[old]["shadowed_by"] == new
    assert (outcome.packages[old]["layer"], outcome.packages[new]["layer"]) == (0, 1)


def test_a_huge_namesake_is_a_problem(analyze) -> None:
    outcome = analyze({f"{SITE}/big-1.dist-info/RECORD": bytes((1 << 26) + 1)})
    assert [problem["code"] for problem in outcome.problems] == ["too-large"]


@pytest.mark.parametrize(
    "links",
    [
        {f"a-1.dist-info/{name}": f"/store/a-1.dist-info/{name}" for name in ("METADATA", "RECORD", "REQUESTED")},
        {"a-1.dist-info": "/store/a-1.dist-info"},
    ],
)
def test_metadata_behind_links_is_that_of_the_place_where_the_links_are(analyze, links: dict[str, str]) -> None:
    """As uv's --link-mode=symlink makes them, and Spack and Nix."""
    site = "v/lib/python3.11/site-packages"
    outcome = analyze(
        {
            "store/a-1.dist-info/METADATA": metadata("a", "1", "Requires-Dist: b"),
            "store/a-1.dist-info/RECORD": b"a/x.so,,5\n",
            "store/a-1.dist-info/REQUESTED": b"",
            "v/pyvenv.cfg": b"home = /usr/bin\n",
            site: None,
            **{f"{site}/{name}": target for name, target in links.items()},
        }
    )
    (row,) = outcome.environment("v")["packages"]
    assert (row["name"], row["version"], row["location"]) == ("a", "1", site)
    assert row["metadata_path"] == f"{site}/a-1.dist-info"
    assert (row["requires_dist"], row["requested"], row["layer"]) == (["b"], True, 0)
    assert row["native_libraries"] == [f"{site}/a/x.so"]
    assert outcome.problems == []
