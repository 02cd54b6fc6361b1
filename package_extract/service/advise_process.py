"""The process that resolves for one request: `python -m package_extract.service.advise_process`, not for people.

A line of JSON comes on standard input: `requirements` (text), `documents` (ids), `store`, `python`, `installed`. The
answer goes to standard output. When standard input ends, so does the process: nobody waits any more.
"""

from __future__ import annotations

import json
import os
import sys
from threading import Thread
from typing import Any

from package_extract.document.reading import parse
from package_extract.document.writing import encode
from package_extract.errors import NoSuchImage, PackageExtractError
from package_extract.resolver.choosing import Candidate, rank_images
from package_extract.resolver.errors import NoSolution, NoSuchPython
from package_extract.resolver.index import open_source
from package_extract.resolver.index.pip_configuration import PipConfiguration
from package_extract.resolver.lock.answer_json import answer_data, conflict_data
from package_extract.resolver.policy import Policy
from package_extract.resolver.resolve import rules_for, target_from
from package_extract.resolver.resolving import resolve_scopes
from package_extract.resolver.scope import Scope
from package_extract.service.requirements import read_requirements
from package_extract.store import open_store
from package_extract.store.documents import Documents

__all__ = ["advise", "main"]


def main() -> None:
    """Answer, or say in a sentence on standard error why not; the exit code is that of the command."""
    order = json.loads(sys.stdin.buffer.readline())
    Thread(target=_end_with_the_service, daemon=True).start()
    try:
        sys.stdout.buffer.write(encode(advise(order)))
        sys.stdout.flush()
        code = 0
    except PackageExtractError as error:
        sys.stderr.write(str(error))
        sys.stderr.flush()
        code = error.exit_code
    os._exit(code)


def advise(order: dict[str, Any]) -> dict[str, Any]:
    """Plain data: `report` is the answer, or why there is none; `ranking` tells several images apart."""
    request, policy = read_requirements(order["requirements"]), Policy(order["installed"])
    documents = Documents(open_store(order["store"]))
    images = {identity: _document(documents, identity) for identity in order["documents"]}
    options = PipConfiguration.of_this_user().index_options()
    rules = rules_for("built-in", options)
    with open_source(options) as source:
        if len(images) <= 1:
            target = target_from(next(iter(images.values()), None), order["python"])
            try:
                report = answer_data(resolve_scopes([Scope(target, request, policy)], source, policy, rules))
            except NoSolution as error:
                report = conflict_data(error.conflict)
            return {"report": report, "ranking": []}
        candidates = [_candidate(*each, order["python"]) for each in images.items()]
        ranked = rank_images(candidates, request, source, policy, rules)
    best = ranked[0].answer
    return {
        "report": {"solved": False} if best is None else answer_data(best),
        "ranking": [
            {"image": each.candidate.name, "solved": each.answer is not None, "reason": each.reason} for each in ranked
        ],
    }


def _document(documents: Documents, identity: str) -> dict[str, Any]:
    data = documents.get(identity)
    if data is None:
        raise NoSuchImage(f"there is no document {identity}")
    return parse(data, identity)


def _candidate(identity: str, document: dict[str, Any], python: str | None) -> Candidate:
    try:
        return Candidate(identity, target_from(document, python), document["image"].get("created"))
    except NoSuchPython as error:
        return Candidate(identity, error)


def _end_with_the_service() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
