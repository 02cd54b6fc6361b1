"""`package-extract job`."""

from __future__ import annotations

from typing import Any

import click

from package_extract import __version__
from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option
from package_extract.cli.store_option import store_option
from package_extract.cli.work_list_argument import read_bytes, work_list_argument

__all__ = ["job"]

EPILOG = """\b
BATCH-OPTIONS are options of `package-extract batch`, handed to it in the pods.

\b
Examples:
  package-extract job images.txt --store s3://results/analysis | kubectl apply -f -
  package-extract job images.txt --store s3://results/analysis --schedule '0 3 * * *'
  package-extract job images.txt --store file:///store --store-claim results -- --analyzer dpkg
"""


@click.command(epilog=EPILOG)
@work_list_argument
@click.argument("batch_options", metavar="[-- BATCH-OPTIONS]", nargs=-1, type=click.UNPROCESSED)
@store_option
@output_option
@click.option(
    "--name", metavar="NAME", default="package-extract", show_default=True, help="Name of the job and of its list."
)
@click.option("--namespace", metavar="NAME", help="Namespace of the objects.  [default: that of kubectl]")
@click.option(
    "--image",
    metavar="IMAGE",
    default=f"package-extract:{__version__}",
    show_default=True,
    help="Container image of package-extract, as the Containerfile builds it.",
)
@click.option(
    "--completions",
    type=click.IntRange(1),
    metavar="N",
    help="Shards of the list.  [default: one per image, at most 100]",
)
@click.option(
    "--parallelism", type=click.IntRange(1), metavar="N", default=20, show_default=True, help="Pods at a time."
)
@click.option("--cpu", metavar="QUANTITY", default="1", show_default=True, help="Processors that a pod asks for.")
@click.option("--memory", metavar="QUANTITY", default="1Gi", show_default=True, help="Memory of a pod.")
@click.option(
    "--scratch",
    metavar="QUANTITY",
    default="8Gi",
    show_default=True,
    help="Disk of a pod: the stored layers of one image.",
)
@click.option(
    "--deadline",
    type=click.IntRange(1),
    metavar="SECONDS",
    default=21600,
    show_default=True,
    help="Give up the job after so long.",
)
@click.option(
    "--pull-secret",
    metavar="NAME",
    default="pull",
    show_default=True,
    help="Secret with the credentials of registries.",
)
@click.option(
    "--store-secret",
    metavar="NAME",
    default="package-extract-store",
    show_default=True,
    help="Secret whose keys become environment variables: AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL ...",
)
@click.option("--store-claim", metavar="NAME", help="PersistentVolumeClaim to mount at /store.")
@click.option(
    "--schedule",
    metavar="CRON",
    help="Print a CronJob: five fields, for example '0 3 * * *'. It looks at every tag again.",
)
@click.option("--queue", metavar="NAME", help="Local queue of Kueue to wait in.")
@click.pass_context
def job(context: click.Context, /, list_file: str, output: str | None, **options: Any) -> None:
    """Print the manifests of an Indexed Job of Kubernetes that analyzes the images of LIST.

    A ConfigMap with the list, and a Job or CronJob, as YAML. Nothing is sent to a cluster.
    """
    from package_extract.batch.kubernetes import JobOptions, manifests
    from package_extract.batch.work_list import read_work_list
    from package_extract.batch.yaml import as_yaml

    data = read_bytes(list_file)
    references = [(item.line, item.reference) for item in read_work_list(data).items]
    objects = manifests(data.decode("utf-8-sig"), references, JobOptions(**options))
    context.exit(write_output(as_yaml(*objects).encode(), output))
