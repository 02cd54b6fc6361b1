"""Whoever reads documents takes every valid one, however absurd: an answer or one sentence, nothing else."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract import audit
from package_extract.buildlog import compare_with, read_build_log
from package_extract.cli.tags import _written
from package_extract.comparison import compare
from package_extract.document.python_interpreters import PythonInterpretersSection
from package_extract.document.reading import load_valid
from package_extract.document.writing import encode
from package_extract.errors import PackageExtractError
from package_extract.export import difference_text, findings, grid, table
from package_extract.export.filtering import filtered
from package_extract.export.forms import exported
from package_extract.export.html import difference_page, report
from package_extract.export.listing import all_listings
from package_extract.resolver.target_document import target_of
from tests.any_document import any_document

SEEDS = st.integers(0, 1 << 32)
LOG = b"Successfully installed six-1.16.0 a-b-3\nThe following NEW packages will be installed:\n  libc.so.6 six\n"


def written_in_all_forms(document):
    section = document["results"].get("python_interpreters") or {"interpreters": []}
    for interpreter in PythonInterpretersSection.model_validate(section).interpreters:
        for form in ("lines", "json", "pex", "uv-args", "pip-args"):
            with contextlib.suppress(PackageExtractError):
                _written(interpreter, form)


def listed(document):
    for listing in all_listings(document):
        grid.render(listing, width=80, color=True)
        filtered(listing, ["six", "*3*"])


READERS = {
    "table": lambda document: table.render(document, width=80, color=True),
    "show": listed,
    "report": lambda document: report([document, document], [audit.check(document)["findings"]] * 2),
    "check": lambda document: findings.render(audit.check(document)),
    "cyclonedx": lambda document: encode(exported(document, "cyclonedx")),
    "spdx": lambda document: encode(exported(document, "spdx")),
    "thoth": lambda document: encode(exported(document, "thoth")),
    "tags": written_in_all_forms,
    "target": target_of,
    "buildlog": lambda document: compare_with(read_build_log(io.BytesIO(LOG)), document),
}


@pytest.mark.parametrize("reader", READERS)
@given(SEEDS)
def test_one_document(reader, seed):
    document = load_valid(encode(any_document(seed)))
    with contextlib.suppress(PackageExtractError):
        READERS[reader](document)


@given(SEEDS, SEEDS)
def test_two_documents(one, other):
    comparison = compare(any_document(one), any_document(other))
    assert difference_text.render(comparison, width=80, color=True)
    assert difference_page(comparison)
    assert encode(comparison)
