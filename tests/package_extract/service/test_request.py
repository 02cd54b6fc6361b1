import pytest

from package_extract.errors import InvalidReference, NoSuchImage
from package_extract.options import AnalyzeOptions
from package_extract.service.credentials import Login
from package_extract.service.errors import Refused
from package_extract.service.request import image_request, opening
from package_extract.service.settings import ServiceSettings


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "images/inner").mkdir(parents=True)
    (tmp_path / "images/inner/a.tar").write_bytes(b"")
    (tmp_path / "secret.tar").write_bytes(b"")
    (tmp_path / "images/link.tar").symlink_to(tmp_path / "secret.tar")

    def make(**more):
        return ServiceSettings(AnalyzeOptions(), "store", tmp_path / "state", **{"images": tmp_path / "images", **more})

    return make


def test_a_name_is_one_in_a_registry(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path / "images")
    for text in ("inner", "docker://inner"):
        image = image_request(text, None, None, None, settings())
        assert image.reference == "docker://inner"


def test_credentials_are_taken_out_of_the_reference(settings):
    image = image_request("docker://me:secret@host:1/a:b", None, None, None, settings())
    assert image == ("docker://host:1/a:b", None, Login("me", "secret"))
    image = image_request("docker://me:secret@host:1/a:b", "you", "other", None, settings())
    assert image.login == ("you", "other")


def test_paths_below_the_directory(settings, tmp_path):
    image = image_request("oci-archive:inner/a.tar", None, None, None, settings())
    assert image.reference == f"oci-archive:{tmp_path}/images/inner/a.tar"


@pytest.mark.parametrize("path", ["../secret.tar", "link.tar", "/etc/hostname", "absent.tar", "", "a\0b", "a" * 5000])
def test_nothing_else_of_the_machine_is_told(settings, path):
    with pytest.raises(NoSuchImage, match="there is no image"):
        image_request(f"oci-archive:{path}", None, None, None, settings())


@pytest.mark.parametrize("text", ["oci:inner", "rootfs:/", "docker-daemon:a", "containers-storage:a"])
def test_refused(settings, text):
    with pytest.raises(Refused):
        image_request(text, None, None, None, settings(images=None))


@pytest.mark.parametrize("text", ["/etc/hostname", "a b", "", "ftp://a/b", "-a"])
def test_no_references(settings, text):
    with pytest.raises(InvalidReference):
        image_request(text, None, None, None, settings())


def test_registries(settings):
    allowed = settings(registries=("quay.io", "host:1"))
    assert image_request("quay.io/a/b", None, None, None, allowed).reference == "docker://quay.io/a/b"
    for text in ("a/b", "host:2/a", "quay.io.example.org/a/b", "me:quay.io@evil.example.org/a"):
        with pytest.raises(Refused):
            image_request(text, None, None, None, allowed)


def test_a_bad_platform(settings):
    with pytest.raises(InvalidReference):
        image_request("a", None, None, "amd64", settings())


def test_clients_cannot_go_beyond_the_operator(settings):
    options = opening(settings(), Login("me", "secret"), "linux/arm64", verify_tls=False)
    assert (options.username, options.password, options.platform, options.tls_verify) == (
        "me", "secret", "linux/arm64", False)  # fmt: skip
    options = opening(settings(), Login(None, None), None, verify_tls=True)
    assert (options.username, options.tls_verify) == (None, True)
