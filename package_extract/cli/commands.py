"""The commands by name, and the help that lists them: all that `package-extract --help` has to load."""

from __future__ import annotations

__all__ = ["COMMANDS", "help_text"]

COMMANDS = {
    "analyze": ("package_extract.cli.analyze:analyze", "Say what is inside an image, as one JSON document."),
    "check": ("package_extract.cli.check:check", "Say what is broken in an image, and what to do about it."),
    "show": ("package_extract.cli.show:show", "Look into a document: a section, what a filter fits."),
    "report": ("package_extract.cli.report:report", "Write an HTML report on one or several documents."),
    "diff": ("package_extract.cli.diff:diff", "Say what differs between two images or documents."),
    "tags": ("package_extract.cli.tags:tags", "Print the wheel tags that an image's Python accepts."),
    "resolve": ("package_extract.cli.resolve:resolve", "Choose Python packages that work inside an image."),
    "advise": ("package_extract.cli.advise:advise", "Resolve under rules, and say what they know of the result."),
    "enumerate": ("package_extract.cli.enumerate:enumerate_", "Make many answers, and try each with a command."),
    "prescriptions": ("package_extract.cli.prescriptions:prescriptions", "Check and compile rules about packages."),
    "batch": ("package_extract.cli.batch:batch", "Analyze a list of images into a store of documents."),
    "store": ("package_extract.cli.store:store", "List and read the documents of a store."),
    "job": ("package_extract.cli.job:job", "Print a Kubernetes job that does what batch does."),
    "serve": ("package_extract.cli.serve:serve", "Serve analyses over HTTP."),
    "attach": ("package_extract.cli.attach:attach", "Push a document beside its image in a registry."),
    "buildlog": ("package_extract.cli.buildlog:buildlog", "Say what the log of a build says was installed."),
    "export": ("package_extract.cli.export:export", "Write a document as CycloneDX, SPDX or Thoth's form."),
    "analyzers": ("package_extract.cli.analyzers:analyzers", "List the analyzers that are installed."),
    "schema": ("package_extract.cli.schema:schema", "Print the JSON Schema of the document, or of an answer."),
    "completion": ("package_extract.cli.completion:completion", "Print the completion script of a shell."),
}
"""Name of a command: where it is, as "module:attribute", and its line in the help."""

HELP = """\
Usage: package-extract [OPTIONS] COMMAND [ARGS]...

  Read a container image at rest and say what is inside: operating system,
  packages, Python environments. Nothing in the image is run or unpacked.

Commands:
{commands}

Options:
  -h, --help     Show this message, or with a command its own, and exit.
  -V, --version  Show the version and exit.

Examples:
  package-extract analyze image.tar -o document.json
  package-extract analyze docker.io/library/python:3.12 --format table
  package-extract analyze --help
"""


def help_text() -> str:
    """The help of `package-extract` itself."""
    width = max(map(len, COMMANDS))
    return HELP.format(commands="\n".join(f"  {name:{width}}  {text}" for name, (_, text) in COMMANDS.items()))
