import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "build_reference.py"


def load():
    specification = importlib.util.spec_from_file_location("build_reference", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_reference_is_up_to_date():
    module = load()
    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run: python docs/build_reference.py"


def test_every_section_has_a_chapter():
    page = load().page()
    for name in (
        "Document",
        "Image",
        "LayerInfo",
        "RpmPackage",
        "DpkgPackage",
        "ApkPackage",
        "PythonEnvironment",
        "Owner",
    ):
        assert f"\n## {name}\n" in page


def test_types_are_readable():
    page = load().page()
    assert "| `digest` | string or null |" in page
    assert "| `layers` | list of [LayerInfo](#layerinfo) |" in page
    assert "| `env` | object of string |" in page
    assert "| `severity` | `error`, `warning`, `info` |" in page
