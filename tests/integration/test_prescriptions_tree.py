"""Project Thoth's whole collection, where PACKAGE_EXTRACT_PRESCRIPTIONS names a checkout of it."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from package_extract.resolver.rules.compiling import compile_rules
from package_extract.resolver.rules.index import RuleIndex

pytestmark = pytest.mark.integration
TREE = os.environ.get("PACKAGE_EXTRACT_PRESCRIPTIONS")
CHANGING = ("sieve", "sieve.SkipPackage", "step", "step.Group", "step.SkipPackage", "step.AddPackage", "pseudonym")


@pytest.mark.skipif(TREE is None, reason="PACKAGE_EXTRACT_PRESCRIPTIONS names no checkout of the collection")
def test_every_unit_is_loaded_or_passed_over_with_a_reason(tmp_path):
    compiled = compile_rules(Path(TREE), tmp_path / "index", jobs=os.cpu_count() or 1)
    passed_over = {(problem.file, problem.unit) for problem in compiled.problems}
    assert {problem.code for problem in compiled.problems} <= {"legacy-specifier"}
    assert compiled.files >= 65_090
    assert compiled.units + len(passed_over) == 90_611
    index = RuleIndex.open(tmp_path / "index")
    types = Counter()
    for _, _, kind, count in index.counts():
        types[kind] += count
    assert sum(types[kind] for kind in CHANGING) == 90
