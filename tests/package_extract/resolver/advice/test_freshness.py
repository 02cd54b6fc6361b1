"""The newest of one package must not drag another one years back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from package_extract.resolver.advice.freshness import behind, fresher, with_lateness
from package_extract.resolver.policy import Policy
from package_extract.resolver.resolving import resolve_scopes
from package_extract.resolver.scope import Scope
from tests.package_extract.resolver.memory_source import MemorySource, request, target


class DatedSource(MemorySource):
    """Releases with the day of their upload: "boto3 1.42 2025-11-01"."""

    def __init__(self, releases):
        super().__init__({" ".join(title.split()[:2]): needs for title, needs in releases.items()})
        self.times = {tuple(title.split()[:2]): title.split()[2] for title in releases}

    def _files(self, name, version):
        uploaded = f"{self.times[name, version]}T00:00:00Z"
        return [replace(file, upload_time=uploaded) for file in super()._files(name, version)]


BOTO = {
    "boto3 1.41 2025-10-01": ["botocore==1.41"],
    "boto3 1.42 2025-11-01": ["botocore==1.42"],
    "botocore 1.41 2025-10-01": [],
    "botocore 1.42 2025-11-01": [],
    "s3fs 0.4 2020-03-01": ["botocore"],
    "s3fs 2024.1 2024-01-01": ["aiobotocore"],
    "s3fs 2025.10 2025-10-15": ["aiobotocore"],
    "aiobotocore 2.1 2023-12-01": ["botocore<1.41"],
    "aiobotocore 2.26 2025-10-10": ["botocore<1.42"],
}


def solved(source, *requirements):
    asked = request(*requirements)
    policy = Policy(verify_budget=0)

    def solve(each):
        return resolve_scopes([Scope(target(), each, policy)], source, policy)

    first = solve(asked)
    return first, *fresher(asked, first, solve, source)


@pytest.mark.parametrize("requirements", [("boto3", "s3fs"), ("s3fs", "boto3")])
def test_a_little_less_of_one_for_years_of_another(requirements):
    source = DatedSource(BOTO)
    first, answer, remarks = solved(source, *requirements)
    if requirements[0] == "boto3":
        assert first.pins["s3fs"] == "0.4"
        (remark,) = remarks
        assert remark.startswith("s3fs 2025.10 is taken for boto3 1.41 instead of 1.42")
        assert remark.endswith("0.4 would be 5.6 years behind")
    assert answer.pins == {"aiobotocore": "2.26", "boto3": "1.41", "botocore": "1.41", "s3fs": "2025.10"}


def test_what_was_asked_for_stays():
    _, answer, remarks = solved(DatedSource(BOTO), "boto3>=1.42", "s3fs")
    assert (answer.pins["boto3"], answer.pins["s3fs"], remarks) == ("1.42", "0.4", ())


def test_an_old_package_is_not_behind():
    source = DatedSource({"a 1 2010-01-01": [], "b 1 2025-01-01": []})
    first, answer, remarks = solved(source, "a", "b")
    assert behind(answer, request(), source) == []
    assert (answer, remarks) == (first, ())


def test_a_bad_exchange_is_not_made():
    releases = {
        "a 1 2015-01-01": [], "a 2 2025-01-01": ["b<2"], "b 1 2020-01-01": [], "b 2 2022-06-01": [],
    }  # fmt: skip
    first, answer, remarks = solved(DatedSource(releases), "a", "b")
    assert first.pins == answer.pins == {"a": "2", "b": "1"}
    assert remarks == ()


def test_without_times_nothing_is_known():
    source = MemorySource({"a 1": [], "a 2": ["b<2"], "b 1": [], "b 2": []})
    first, answer, remarks = solved(source, "a", "b")
    assert (answer, remarks) == (first, ())


def test_an_answer_that_is_late_says_so():
    source = DatedSource(BOTO)
    first, better, _ = solved(source, "boto3", "s3fs")
    (remark,) = with_lateness(first, request("boto3", "s3fs"), source).environment.remarks
    assert remark.startswith("s3fs 0.4 is 5.6 years behind 2025.10, ")
    assert with_lateness(better, request("boto3", "s3fs"), source) is better
