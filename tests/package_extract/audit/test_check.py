from typing import get_args

from package_extract.audit import KINDS, failing
from package_extract.document.findings import FindingKind
from package_extract.export.findings import KINDS as TITLES


def test_every_kind_is_described() -> None:
    assert {*get_args(FindingKind)} == {*KINDS} == {*TITLES}


def test_what_a_check_fails_on() -> None:
    findings = [
        {"kind": "missing-library", "severity": "error"},
        {"kind": "cuda-conflict", "severity": "warning"},
        {"kind": "lock-differs", "severity": "info"},
    ]
    assert failing(findings) == findings[:1]
    assert failing(findings, ["warning"]) == findings[:2]
    assert failing(findings, ["info"]) == findings
    assert failing(findings, ["lock-differs"]) == findings[2:]
    assert failing(findings, ["never"]) == []
    assert failing(findings, ["error", "lock-differs"]) == [findings[0], findings[2]]
