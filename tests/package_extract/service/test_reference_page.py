import re
from html.parser import HTMLParser

import pytest

from package_extract.options import AnalyzeOptions
from package_extract.service.application import application
from package_extract.service.reference_page import reference_page
from package_extract.service.settings import ServiceSettings
from package_extract.service.work import Work


class Elements(HTMLParser):
    """Tags, ids and targets of links of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links = set(), set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.tags.add(tag)
        self.ids.add(named.get("id"))
        self.links.add(named.get("href"))


@pytest.fixture(scope="module")
def openapi(tmp_path_factory):
    place = tmp_path_factory.mktemp("service")
    settings = ServiceSettings(AnalyzeOptions(), str(place / "store"), place / "state", workers=1, memory=1 << 30)
    return application(Work(settings)).openapi()


def test_the_page_shows_all_and_loads_nothing(openapi):
    answer = reference_page(openapi)
    page = Elements(answer.body.decode())
    operations = {f"{method.upper()}{path}" for path, methods in openapi["paths"].items() for method in methods}
    assert operations | set(openapi["components"]["schemas"]) <= page.ids
    assert {link.removeprefix("#") for link in page.links - {None, "openapi.json"}} <= page.ids
    assert not page.tags & {"script", "link", "img", "iframe", "form"}
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_what_it_shows_of_an_operation(openapi):
    text = re.sub(r"<[^>]*>|\s+", " ", reference_page(openapi).body.decode())
    text = re.sub(" +", " ", text)
    assert "POST /api/v1/analyze Analyze an image." in text
    assert "Body: AnalysisRequest , as JSON." in text
    assert "image string yes As the command takes it. Credentials in it are used and forgotten." in text
    assert "environment_type &#34;runtime&#34; or &#34;buildtime&#34;" in text
    assert "Successful Response" not in text


def test_everything_is_escaped(openapi):
    body = reference_page({**openapi, "info": {"title": "<b>", "version": "&", "description": "`<i>`"}}).body
    assert b"<b>" not in body
    assert b"<i>" not in body
