"""The work: accepted requests, a queue of their ids (huey), and threads that see each one through in its own process.

The queue's file is only the order of work. It is written anew from the records at each start, so that nothing which
was taken from it and not finished is lost.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import select
import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

from huey import SqliteHuey
from huey.consumer import Consumer

from package_extract.batch.attempt import Attempt
from package_extract.batch.order import Answer, Order
from package_extract.batch.workplace import Workplace
from package_extract.errors import PackageExtractError
from package_extract.image.options import OpenOptions
from package_extract.image.spool import scratch_directory
from package_extract.service.catalogue import Catalogue
from package_extract.service.credentials import Credentials
from package_extract.service.records import Records, new_id
from package_extract.service.request import opening
from package_extract.service.resolution import resolve_apart
from package_extract.store import is_store_url, open_store
from package_extract.store.documents import Documents

if TYPE_CHECKING:
    from package_extract.service.credentials import Login
    from package_extract.service.records import Kind, Record
    from package_extract.service.settings import ServiceSettings

__all__ = ["Work"]

POLL_SECONDS = 0.25
LONGEST_PAUSE = 60.0
NICENESS = 10
"""Whoever waits for an answer goes before the work."""
ANSWERS = "advise/"
"""Keys of the store under which answers of the resolver are."""
CODES = {2: "invalid-reference", 3: "no-such-image", 4: "access-denied", 5: "corrupt-image"}
LOG = logging.getLogger("package_extract.service")


class Work:
    """Everything that outlives a single HTTP request."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _alone(settings)
        self.documents = Documents(open_store(settings.store))
        self.records = Records(settings.state / "requests.sqlite", settings.pending, settings.kept_seconds)
        self.catalogue = Catalogue(settings.state / "catalogue.sqlite", self.documents)
        self.credentials = Credentials()
        self._workplace = Workplace(scratch_directory(settings.analyze.open or OpenOptions()))
        self._room_lock = threading.Lock()
        self._stop = threading.Event()
        queue = settings.state / "queue.sqlite"
        for path in settings.state.glob(f"{queue.name}*"):
            path.unlink()
        self._huey = SqliteHuey("requests", filename=str(queue), fsync=False, results=False)
        self._task = self._huey.task(name="carry_out")(self._carry_out)
        self._consumer = _QuietConsumer(self._huey, workers=settings.workers, periodic=False, max_delay=0.5)

    def start(self) -> None:
        """Take up what an earlier service left, and begin."""
        for identity in self.records.recover():
            self._task(identity)
        threading.Thread(target=self._refresh, name="catalogue", daemon=True).start()
        self._consumer.start()

    def stop(self) -> None:
        """End what is running; it is taken up at the next start."""
        self._stop.set()
        self._consumer.stop(graceful=True)
        self._workplace.__exit__(None, None, None)
        self.records.close()
        self.catalogue.close()
        os.close(self._lock)

    def submit(self, kind: Kind, parameters: dict[str, Any], key: str | None, login: Login) -> str:
        """Accept a request; its id, or that of an open one that is the same. Raises `TooManyRequests`."""
        identity, secret = new_id(kind), login.username is not None
        if secret:
            key = None
            self.credentials.put(identity, login)
        try:
            accepted = self.records.accept(identity, kind, parameters, key=key, with_credentials=secret)
        except BaseException:
            self.credentials.forget(identity)
            raise
        if accepted == identity:
            self._task(identity)
        return accepted

    def _carry_out(self, identity: str, attempt: int = 1) -> None:
        """Runs in a thread of huey's consumer."""
        record = self.records.get(identity)
        if record is None or record.state in ("finished", "failed") or self._stop.is_set():
            return
        started = time.monotonic()
        self.records.begin(identity)
        try:
            answer = self._attempt(record) if record.kind == "analysis" else self._resolve(record)
        except (OSError, PackageExtractError) as error:
            answer = Answer("failed", 1, error=f"its process could not be started: {error}", retry=True)
        except Exception as error:  # a request must end, whatever happens to it
            LOG.exception("an error in package-extract itself")
            answer = Answer("failed", 1, error=f"an error in package-extract itself ({type(error).__name__})")
        LOG.info("attempt ended", extra={"analysis_id": identity, "outcome": answer.outcome, "digest": answer.digest,
                 "seconds": round(time.monotonic() - started, 3), "attempt": attempt})  # fmt: skip
        self._settle(identity, answer, attempt)

    def _settle(self, identity: str, answer: Answer, attempt: int) -> None:
        if answer.outcome == "abandoned":
            self.records.wait(identity, "the service is being stopped")
            return
        if answer.retry and attempt <= self.settings.retries:
            pause = min(2.0**attempt, LONGEST_PAUSE)
            self.records.wait(identity, f"again in {pause:g} seconds: {answer.error}")
            self._task.schedule((identity, attempt + 1), delay=pause)
            return
        if answer.document is not None:
            if not answer.document.startswith(ANSWERS):
                self._publish(answer.document)
            self.records.finish(identity, answer.document)
        else:
            code = CODES.get(answer.exit_code, answer.outcome)
            self.records.fail(identity, code, answer.error or answer.outcome, answer.exit_code or 1)
        self.credentials.forget(identity)

    def _attempt(self, record: Record) -> Answer:
        attempt = Attempt(self._order(record), self._room(), self.settings.timeout)
        told = False
        while True:
            ready, _, _ = select.select([attempt], [], [], POLL_SECONDS)
            if ready and attempt.receive():
                return attempt.finish()
            attempt.check_time(time.monotonic())
            if self._stop.is_set() and not told:
                told = True
                attempt.stop(Answer("abandoned", 1))

    def _resolve(self, record: Record) -> Answer:
        wanted, room = record.parameters, self._room()
        order = {
            "requirements": wanted["application_stack"]["requirements"],
            "documents": wanted["documents"],
            "python": wanted["runtime_environment"]["python"],
            "installed": wanted["installed"],
            "store": self.settings.store,
        }
        try:
            resolved = resolve_apart(order, room, self.settings.timeout, self._stop)
        finally:
            shutil.rmtree(room, ignore_errors=True)
        if resolved.abandoned:
            return Answer("abandoned", 1)
        if resolved.answer is None:
            return Answer("failed", resolved.exit_code, error=resolved.error)
        key = f"{ANSWERS}{record.id}.json"
        self.documents.store.replace(key, resolved.answer)
        return Answer("done", document=key)

    def _order(self, record: Record) -> Order:
        wanted, settings = record.parameters, self.settings
        login = self.credentials.get(record.id)
        options = opening(settings, login, wanted["platform"], verify_tls=wanted["verify_tls"])
        analyze = settings.analyze._replace(open=options)
        if analyze.cache_dir is not None and is_store_url(analyze.cache_dir):
            analyze = analyze._replace(claims=str(self._workplace.path / "claims"))
        return Order(None, wanted["image"], analyze, settings.store, wanted["force"], settings.memory, NICENESS)

    def _room(self) -> Any:
        with self._room_lock:
            return self._workplace.room()

    def _publish(self, document: str) -> None:
        try:
            self.catalogue.add(document)
        except PackageExtractError:
            LOG.exception("the document cannot be searched for until the next start")

    def _refresh(self) -> None:
        with contextlib.suppress(Exception):
            self.catalogue.refresh()


class _QuietConsumer(Consumer):  # type: ignore[misc]
    """Leaves the signals of the process to its server."""

    def _set_signal_handlers(self) -> None:
        pass


def _alone(settings: ServiceSettings) -> int:
    descriptor = os.open(settings.state / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise PackageExtractError(
            f"another service uses {settings.state}; give this one a --state of its own"
        ) from None
    return descriptor
