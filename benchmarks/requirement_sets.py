"""Requirements that resolvers are measured on."""

from __future__ import annotations

__all__ = ["SETS"]

SETS = {
    "flask": ("flask", "gitpython"),
    "jupyterlab": ("jupyterlab",),
    "airflow": ("apache-airflow[celery,postgres,google]",),
    "boto3": ("boto3", "urllib3<2", "requests>=2.32", "botocore", "s3fs"),
    "tensorflow": ("tensorflow", "torch"),
}
"""A small graph, a middle one, a large one, one where a resolver has to go back often, one of large pages."""
