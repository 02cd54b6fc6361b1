"""What the exit code of a batch says."""

from __future__ import annotations

import pytest

from package_extract.batch.order import Answer
from package_extract.batch.run import Result
from package_extract.batch.summary import exit_code
from package_extract.batch.work_list import WorkItem


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([], 0),
        ([Answer("done"), Answer("present")], 0),
        ([Answer("done"), Answer("failed", 4)], 4),
        ([Answer("failed", 5), Answer("failed", 3)], 3),
        ([Answer("failed", 5), Answer("failed", 1)], 1),
        ([Answer("killed", 137), Answer("failed", 3)], 1),
        ([Answer("abandoned", 1)], 1),
    ],
)
def test_exit_code(answers, code):
    item = WorkItem(1, "id", "a:1", None, "a:1")
    assert exit_code([Result(item, answer) for answer in answers]) == code
