import asyncio
import json

import pytest

from package_extract.options import AnalyzeOptions
from package_extract.service.gate import Gate
from package_extract.service.metrics import Metrics
from package_extract.service.settings import ServiceSettings


class Asked:
    """One request through a gate to an application that answers with the body it got."""

    def __init__(self, tmp_path, **limits):
        settings = ServiceSettings(AnalyzeOptions(), "store", tmp_path, **limits)
        self.metrics = Metrics(dict)
        self.entered, self.leave = asyncio.Event(), asyncio.Event()
        self.leave.set()
        self.gate = Gate(self.echo, settings, None, self.metrics)

    async def echo(self, scope, receive, send):
        message = await receive()
        self.entered.set()
        await self.leave.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": message["body"]})

    async def __call__(self, parts, path="/api/x", headers=()):
        """Status and body; None among the parts stands for a client that sends nothing more."""
        sent = []
        waiting = list(parts)

        async def receive():
            part = waiting.pop(0)
            if part is None:
                await asyncio.sleep(60)
            return {"type": "http.request", "body": part, "more_body": bool(waiting)}

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": path, "headers": list(headers), "client": ("1.2.3.4", 5)}
        await self.gate(scope, receive, send)
        return sent[0]["status"], sent[1]["body"]


def test_a_body_in_parts_arrives_whole(tmp_path):
    assert asyncio.run(Asked(tmp_path)([b"a", b"b", b""])) == (200, b"ab")


@pytest.mark.parametrize(
    ("parts", "headers"), [([b"12345", b"6789"], ()), ([b""], [(b"content-length", b"9")]), ([b"123456789"], ())]
)
def test_a_body_that_is_too_large(tmp_path, parts, headers):
    status, body = asyncio.run(Asked(tmp_path, body_bytes=8)(parts, headers=headers))
    assert (status, json.loads(body)["code"]) == (413, "too-large")


def test_a_body_that_does_not_come(tmp_path):
    status, body = asyncio.run(Asked(tmp_path, body_seconds=0.05)([b"a", None]))
    assert (status, json.loads(body)["code"]) == (408, "too-slow")


def test_only_so_many_at_a_time(tmp_path):
    async def crowd():
        asked = Asked(tmp_path, concurrency=1)
        asked.leave.clear()
        first = asyncio.create_task(asked([b"a"]))
        await asked.entered.wait()
        second = await asked([b"b"])
        operations = asyncio.create_task(asked([b"c"], path="/healthz"))
        asked.leave.set()
        return await first, second, await operations

    first, (status, body), operations = asyncio.run(crowd())
    assert (first, operations) == ((200, b"a"), (200, b"c"))
    assert (status, json.loads(body)["code"]) == (503, "busy")


def test_the_rate(tmp_path):
    async def often():
        asked = Asked(tmp_path, rate=0.5)
        return [await asked([b""]) for _ in range(2)], asked.metrics.text().decode()

    [(first, _), (second, body)], metrics = asyncio.run(often())
    assert (first, second, json.loads(body)["code"]) == (200, 429, "too-many-requests")
    assert 'package_extract_http_requests_total{method="POST",route="other",status="429"} 1.0' in metrics
