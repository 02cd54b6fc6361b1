from __future__ import annotations

from typing import Any

import pytest

from tests.package_extract_analyzers.python.images_in_memory import look
from tests.python_binaries import cpython

DEBIAN = b'sitepackages.append(os.path.join(prefix, "lib", "python3", "dist-packages"))'
SYSTEM: dict[str, Any] = {
    "usr/bin/python3.11": cpython("3.11.2"),
    "usr/lib/python3.11/encodings": None,
    "usr/lib/python3.11/site.py": DEBIAN,
}
LOCAL, DISTRIBUTION = "usr/local/lib/python3.11/dist-packages", "usr/lib/python3/dist-packages"
USER = "root/.local/lib/python3.11/site-packages"
OWN = "v/lib/python3.11/site-packages"


def distribution(site: str, name: str, version: str) -> dict[str, bytes]:
    return {f"{site}/{name}-{version}.dist-info/METADATA": f"Name: {name}\nVersion: {version}\n".encode()}


def virtual(inherits: str) -> dict[str, Any]:
    config = f"home = /usr/bin\ninclude-system-site-packages = {inherits}\n".encode()
    return {"v/pyvenv.cfg": config, "v/bin/python": "/usr/bin/python3.11", OWN: None}


def test_the_directories_of_one_interpreter_shadow_each_other_in_its_order() -> None:
    files = {**SYSTEM, **distribution(DISTRIBUTION, "a", "1"), **distribution(LOCAL, "a", "2")}
    found = look({**files, **distribution(USER, "a", "3"), **distribution("app", "a", "4")}, env={"PYTHONPATH": "/app"})

    assert found.shadowed() == {
        f"{DISTRIBUTION}/a-1.dist-info": "app/a-4.dist-info",
        f"{LOCAL}/a-2.dist-info": "app/a-4.dist-info",
        f"{USER}/a-3.dist-info": "app/a-4.dist-info",
    }
    for prefix in ("usr", "usr/local", "root/.local", "app"):
        assert found.environment(prefix)["interpreter"] == "usr/bin/python3.11", prefix


@pytest.mark.parametrize("inherits", ["true", "false"])
def test_a_virtual_environment_hides_nothing_from_its_base(inherits: str) -> None:
    files = {**SYSTEM, **virtual(inherits), **distribution(DISTRIBUTION, "a", "1"), **distribution(OWN, "a", "2")}
    found = look(files)

    assert found.shadowed() == {}
    assert found.environment("v")["interpreter"] == "v/bin/python"
    assert found.environment("v")["include_system_site"] is (inherits == "true")


def test_names_are_compared_normalized() -> None:
    files = {
        **SYSTEM,
        **distribution(DISTRIBUTION, "Zope.Interface", "1"),
        **distribution(LOCAL, "zope_interface", "2"),
    }

    assert look(files).shadowed() == {
        f"{DISTRIBUTION}/Zope.Interface-1.dist-info": f"{LOCAL}/zope_interface-2.dist-info"
    }


def test_a_directory_that_several_interpreters_read_belongs_to_the_one_that_a_shell_finds() -> None:
    other = {
        "opt/python/bin/python3.11": cpython("3.11.9"),
        "opt/python/lib/python3.11/encodings": None,
        "opt/python/lib/python3.11/site-packages": None,
    }
    files = {**SYSTEM, **other, **distribution(USER, "a", "1")}

    assert look(files).environment("root/.local")["interpreter"] == "usr/bin/python3.11"
    env = {"PATH": "/opt/python/bin:/usr/bin"}
    assert look(files, env=env).environment("root/.local")["interpreter"] == "opt/python/bin/python3.11"


def test_the_site_of_another_user_has_the_interpreter_of_its_version() -> None:
    site = "home/other/.local/lib/python3.11/site-packages"
    found = look({**SYSTEM, **distribution(site, "a", "1"), **distribution(DISTRIBUTION, "a", "2")})

    assert found.environment("home/other/.local")["interpreter"] == "usr/bin/python3.11"
    assert found.shadowed() == {}


def test_directories_that_no_interpreter_reads() -> None:
    found = look({**SYSTEM, **distribution("srv/target", "a", "1"), **distribution(DISTRIBUTION, "a", "2")})

    assert found.environment("srv/target")["interpreter"] is None
    assert found.shadowed() == {}


def test_paths_are_in_the_order_of_the_interpreter() -> None:
    site = "opt/p/lib/python3.9/site-packages"
    files = {
        "opt/p/bin/python3.9": cpython("3.9.18"),
        "opt/p/lib/python3.9/encodings": None,
        f"{site}/z.pth": b"/opt/first\n",
        f"{site}/zz.pth": b"/opt/second\n",
        **distribution("opt/second", "a", "2"),
        **distribution("opt/first", "a", "1"),
        **distribution(site, "b", "1"),
    }
    found = look(files)

    assert found.environment("opt/p")["paths"] == [site, "opt/first", "opt/second"]
    assert found.shadowed() == {"opt/second/a-2.dist-info": "opt/first/a-1.dist-info"}


def test_a_python_compiled_into_usr_local_and_the_distributions_do_not_read_each_others_directories() -> None:
    compiled = "usr/local/lib/python3.11/site-packages"
    files = {
        **SYSTEM,
        "usr/local/bin/python3.11": cpython("3.11.7"),
        "usr/local/lib/python3.11/encodings": None,
        **distribution(compiled, "a", "1"),
        **distribution(LOCAL, "a", "2"),
        **distribution(DISTRIBUTION, "a", "3"),
    }
    found = look(files)

    assert found.shadowed() == {f"{DISTRIBUTION}/a-3.dist-info": f"{LOCAL}/a-2.dist-info"}
    environments = found.sections["python_packages"]["environments"]
    assert [(one["interpreter"], one["paths"]) for one in environments] == [
        ("usr/bin/python3.11", [DISTRIBUTION]),
        ("usr/bin/python3.11", [LOCAL]),
        ("usr/local/bin/python3.11", [compiled]),
    ]
