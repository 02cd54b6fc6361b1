import threading
from base64 import b64encode
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from package_extract.resolver.errors import IndexAccessDenied, InvalidRequirementsFile, Offline
from package_extract.resolver.index.options import IndexOptions
from package_extract.resolver.index.remote_file import remote_file
from package_extract.resolver.requirements.reading import read_request

FILES = {
    "/team/requirements.txt": b"flask\n-c bounds/all.txt\n-r /common.txt\n",
    "/team/bounds/all.txt": b"flask<3\n",
    "/common.txt": b"click  # for all\n",
    "/loop.txt": b"-r loop.txt\nclick\n",
    "/local.txt": b"-r file:///etc/hostname\n",
    "/secret.txt": b"click\n",
    "/no-text.txt": b"\xff\xff\xff",
}
LOGIN = "Basic " + b64encode(b"me:word").decode()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        content = FILES.get(self.path)
        status = 404 if content is None else 200
        if self.path == "/secret.txt" and self.headers.get("Authorization") != LOGIN:
            status = 401
        body = content if status == 200 else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def read(url, **options):
    return read_request(files=[url], fetch=partial(remote_file, options=IndexOptions(**options)))


def test_files_that_name_others_beside_them(server):
    request = read(f"http://{server}/team/requirements.txt")
    assert [str(each.requirement) for each in request.requirements] == ["flask", "click"]
    assert [str(each.requirement) for each in request.constraints] == ["flask<3"]
    assert request.constraints[0].origin == f"http://{server}/team/bounds/all.txt:1"


def test_a_file_of_this_machine_names_an_address(server, tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text(f"flask\n-c http://{server}/team/bounds/all.txt\n")
    assert [str(each.requirement) for each in read(str(path)).constraints] == ["flask<3"]


def test_a_file_that_names_itself_is_read_once(server):
    assert len(read(f"http://{server}/loop.txt").requirements) == 1


def test_credentials_are_used_and_not_shown(server):
    (package,) = read(f"http://me:word@{server}/secret.txt").requirements
    assert package.origin == f"http://{server}/secret.txt:1"
    with pytest.raises(IndexAccessDenied, match="refuses access"):
        read(f"http://{server}/secret.txt")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("absent.txt", "absent.txt answers with status 404"),
        ("no-text.txt", "is no text in UTF-8"),
        ("local.txt", "file:///etc/hostname is neither a file nor an address of http or https"),
    ],
)
def test_what_cannot_be_read(server, path, reason):
    with pytest.raises(InvalidRequirementsFile, match=reason):
        read(f"http://{server}/{path}")


def test_offline(server):
    with pytest.raises(Offline, match="allow the network"):
        read(f"http://{server}/common.txt", offline=True)


def test_nothing_is_fetched_unless_the_caller_says_how():
    with pytest.raises(InvalidRequirementsFile, match="fetch it first"):
        read_request(files=["https://index.test/requirements.txt"])
