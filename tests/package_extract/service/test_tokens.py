import hashlib

import pytest

from package_extract.errors import FormatError
from package_extract.service.tokens import Tokens


def line(name, token):
    return f"{name} {hashlib.sha256(token.encode()).hexdigest()}\n"


@pytest.fixture
def tokens(tmp_path):
    path = tmp_path / "tokens"
    path.write_text("# comment\n\n" + line("a", "first") + line("b", "second"))
    return Tokens.read(path)


@pytest.mark.parametrize(
    ("header", "client"),
    [("Bearer first", "a"), ("bearer second", "b"), ("Bearer third", None), ("Basic first", None), ("first", None),
     ("", None), ("Bearer", None), ("Bearer \xff", None)],
)  # fmt: skip
def test_clients(tokens, header, client):
    assert tokens.client(header) == client


@pytest.mark.parametrize(
    "text", ["", "# only\n", "a plain-token\n", line("a", "x") + line("a", "y"), "a b c\n", "\xff\n"]
)
def test_a_file_that_is_none(tmp_path, text):
    (tmp_path / "tokens").write_text(text, encoding="latin-1")
    with pytest.raises(FormatError):
        Tokens.read(tmp_path / "tokens")
