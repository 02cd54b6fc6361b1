import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "build_reference.py"


def load():
    specification = importlib.util.spec_from_file_location("build_reference", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def content(name):
    return next(text for path, text in load().pages().items() if path.name == name)


def test_the_reference_is_up_to_date():
    module = load()
    pages = module.pages()
    assert {path.name for path in pages} == {"document-reference.md", "answer-reference.md"}
    for path, text in pages.items():
        assert path.read_text(encoding="utf-8") == text, "run: python docs/build_reference.py"


def test_every_section_has_a_chapter():
    page = content("document-reference.md")
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
    page = content("document-reference.md")
    assert "| `digest` | string or null |" in page
    assert "| `layers` | list of [LayerInfo](#layerinfo) |" in page
    assert "| `env` | object of string |" in page
    assert "| `severity` | `error`, `warning`, `info` |" in page


def test_the_answer_has_its_own_page():
    page = content("answer-reference.md")
    assert "| `solved` | `true` |" in page
    assert "| `packages` | list of [AnsweredPackage](#answeredpackage) |" in page
