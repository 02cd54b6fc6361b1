"""Requirements that resolvers are measured on, and the target that they are resolved for."""

from __future__ import annotations

__all__ = ["PLATFORM", "PYTHON", "SETS", "TARGET"]

SETS = {
    "flask": ("flask", "gitpython"),
    "jupyterlab": ("jupyterlab",),
    "airflow": ("apache-airflow[celery,postgres,google]",),
    "boto3": ("boto3", "urllib3<2", "requests>=2.32", "botocore", "s3fs"),
    "tensorflow": ("tensorflow", "torch"),
}
"""A small graph, a middle one, a large one, one where a resolver has to go back often, one of large pages."""

PYTHON = "3.9.18"
PLATFORM = "x86_64-manylinux_2_28"
"""As uv names it; wheels only."""

TARGET = "cpython 3.9.18 glibc 2.28 x86_64"
"""The same as this project names it."""
