"""The process that analyzes one image: `python -m package_extract.batch.image_process DIRECTORY`, not for people.

It reads its order from standard input and writes its answer to standard output. Standard input stays open as long as
somebody waits for the answer; when it ends, the process ends itself, so that nothing outlives a batch that was killed.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import sys
from dataclasses import asdict, replace
from threading import Thread
from typing import TYPE_CHECKING

from package_extract.batch.order import Answer
from package_extract.errors import PackageExtractError, StoreFailed, TransferFailed
from package_extract.progress import Progress
from package_extract.termination import end_on_signals

if TYPE_CHECKING:
    from package_extract.batch.order import Order

__all__ = ["main"]

WORD = 8
RETRIED = (TransferFailed, StoreFailed)
"""What another attempt may cure. A missing, refused or corrupt image stays what it is."""
KIB = 1024


def main() -> None:
    """Read the order, carry it out, answer, and exit with the code that `analyze` would have."""
    end_on_signals()
    order: Order = pickle.loads(_read(int.from_bytes(_read(WORD), "little")))  # noqa: S301 from the batch itself
    answers = os.dup(1)
    os.dup2(2, 1)  # what an analyzer prints is no part of the answer
    Thread(target=_end_with_the_batch, daemon=True).start()
    os.nice(order.niceness)
    if order.memory is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (order.memory, order.memory))
    answer = carry_out(order)
    with os.fdopen(answers, "wb") as file:
        file.write(json.dumps(asdict(answer)).encode())
    sys.stderr.flush()
    os._exit(answer.exit_code)  # nothing is left to be cleaned up


def carry_out(order: Order) -> Answer:
    """Analyze the image and keep its document."""
    count = _Count()
    try:
        answer = _analyze(order, count)
    except PackageExtractError as error:
        answer = Answer("failed", error.exit_code, error=str(error), retry=isinstance(error, RETRIED))
    except MemoryError:
        limit = f"{order.memory:,} bytes" if order.memory else "the memory of this machine"
        answer = Answer("out-of-memory", 1, error=f"it needs more than {limit}; raise --memory")
    except OSError as error:
        answer = Answer("failed", 1, error=": ".join(str(p) for p in (error.filename, error.strerror or error) if p))
    except Exception as error:  # noqa: BLE001 the batch is to hear of it, whatever it is
        sentence = f"an error in package-extract itself ({type(error).__name__}: {error}); please report it"
        answer = Answer("failed", 1, error=sentence)
    return replace(
        answer, bytes_read=count.bytes, cache_hits=count.hits, cache_misses=count.misses, peak_memory=_peak()
    )


def _analyze(order: Order, count: _Count) -> Answer:
    from package_extract import pipeline
    from package_extract.document.writing import encode
    from package_extract.store import open_store
    from package_extract.store.documents import Documents, digest_id, document_id

    document = pipeline.run(order.reference, order.options, count)
    image = document["image"]
    digest = image["digest"] or image["config_digest"]
    identity = order.id or (digest_id(digest) if digest else document_id(image["reference"], None))
    written = Documents(open_store(order.store)).keep(identity, image, encode(document), replace=order.replace)
    return Answer("done" if written else "present", digest=digest, document=identity)


class _Count(Progress):
    """What was read and what was taken from the cache."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.hits = self.misses = self.bytes = 0

    def layers(self, layers: list[tuple[str, int | None]]) -> None:
        """The layers to come."""
        self.sizes = [size or 0 for _, size in layers]

    def layer_done(self, index: int, *, cached: bool) -> None:
        """One more is there."""
        self.hits += cached
        self.misses += not cached
        self.bytes += 0 if cached else self.sizes[index]


def _peak() -> int:
    unit = 1 if sys.platform == "darwin" else KIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _read(count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = os.read(0, count - len(data))
        if not more:
            os._exit(1)
        data += more
    return data


def _end_with_the_batch() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
