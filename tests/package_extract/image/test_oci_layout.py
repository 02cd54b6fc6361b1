"""OCI layouts, as directories and as archives."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from package_extract.errors import CorruptImage, DigestMismatch, InvalidReference, NoSuchImage, UnsupportedMediaType
from package_extract.image import open_image
from package_extract.image.options import OpenOptions

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Maker, Reader

AMD64 = OpenOptions(platform="linux/amd64")
TRUSTING = OpenOptions(platform="linux/amd64", verify="none")


def write_json(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document))


@pytest.mark.parametrize("docker", [False, True])
@pytest.mark.parametrize("form", ["oci:{}", "{}", "oci-archive:{}.tar", "{}.tar", "{}.tar.gz"])
def test_image(maker: Maker, reader: Reader, form: str, docker: bool) -> None:
    layout = maker.layout()
    entry = layout.image((3, 4, 5), docker=docker)
    layout.write(entry, names=("latest",))
    packed = layout.packed()
    packed.with_suffix(".tar.gz").write_bytes(gzip.compress(packed.read_bytes()))
    reference = form.format(layout.path)
    with open_image(reference, AMD64) as image:
        assert image.reference == reference
        assert reader.layers(image) == [maker.layer(number) for number in (3, 4, 5)]
        assert (image.digest, image.index_digest, image.media_type) == (entry["digest"], None, entry["mediaType"])
        assert image.config["architecture"] == "amd64"
        assert image.config_digest == image.manifest["config"]["digest"]
        assert image.problems == []


def test_nested_index(maker: Maker, reader: Reader) -> None:
    layout = maker.layout()
    inner = layout.index(layout.image((1,)), layout.image((2,), platform="linux/arm64/v8"))
    outer = layout.index(inner)
    layout.write(outer)
    with open_image(f"oci:{layout.path}", OpenOptions(platform="linux/arm64")) as image:
        assert reader.layers(image) == [maker.layer(2)]
        assert image.index_digest == outer["digest"]


def test_index_of_one_foreign_platform(maker: Maker, reader: Reader) -> None:
    layout = maker.layout()
    layout.write(layout.index(layout.image((1,), platform="linux/s390x")))
    with open_image(str(layout.path)) as image:
        assert reader.layers(image) == [maker.layer(1)]
    with pytest.raises(NoSuchImage, match="no image for linux/amd64; it has linux/s390x"):
        open_image(str(layout.path), AMD64)


def test_attestations_are_no_images(maker: Maker, reader: Reader) -> None:
    layout = maker.layout()
    unknown = layout.image((8,), platform="unknown/unknown")
    annotated = layout.image((9,)) | {"annotations": {"vnd.docker.reference.type": "attestation-manifest"}}
    layout.write(layout.index(unknown, annotated, layout.image((1,), platform="linux/s390x")))
    with open_image(str(layout.path)) as image:
        assert reader.layers(image) == [maker.layer(1)]


def test_several_platforms_in_the_layout_itself(maker: Maker, reader: Reader) -> None:
    layout = maker.layout()
    layout.write(layout.image((1,)), layout.image((2,), platform="linux/arm64"))
    with open_image(str(layout.path), AMD64) as image:
        assert reader.layers(image) == [maker.layer(1)]


@pytest.mark.parametrize("form", ["oci:{}", "{}", "oci-archive:{}.tar", "{}.tar"])
@pytest.mark.parametrize("choice", [":two", "@two", ":@1", "@{digest}", ":{digest}"])
def test_choice(maker: Maker, reader: Reader, form: str, choice: str) -> None:
    layout = maker.layout()
    entries = [layout.image((number,)) for number in (1, 2, 3)]
    layout.write(*entries, names=("one", "two", "example.org/a/b:three"))
    layout.packed()
    reference = form.format(layout.path)
    with open_image(reference + choice.format(digest=entries[1]["digest"]), AMD64) as image:
        assert reader.layers(image) == [maker.layer(2)]
    with open_image(reference + ":three", AMD64) as image:
        assert image.repo_tags == ["example.org/a/b:three"]
        assert reader.layers(image) == [maker.layer(3)]
    with pytest.raises(InvalidReference, match=r"holds 3 images.*@0: one; @1: two; @2: example.org/a/b:three"):
        open_image(reference, AMD64)
    with pytest.raises(NoSuchImage, match=r"holds no image 'four'.*one"):
        open_image(reference + ":four", AMD64)


def test_choice_of_a_manifest_inside_an_index(maker: Maker, reader: Reader) -> None:
    layout = maker.layout()
    inner = layout.image((2,), platform="linux/s390x")
    layout.write(layout.index(layout.image((1,)), inner))
    with open_image(f"oci:{layout.path}@{inner['digest']}") as image:
        assert reader.layers(image) == [maker.layer(2)]


def test_foreign_layer(maker: Maker, reader: Reader) -> None:
    layout = maker.layout()
    layer = layout.put(b"far away", "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", urls=["https://x/"])
    layout.write(layout.image((1,), layers=[layer]))
    layout.blob(layer["digest"]).unlink()
    with open_image(str(layout.path), AMD64) as image:
        assert [layer.absent for layer in image.layers] == [True]
        assert [(problem.code, problem.layer) for problem in image.problems] == [("foreign-layer", 0)]
        with pytest.raises(CorruptImage, match="foreign layer"):
            image.layers[0].open()


def test_missing_and_truncated_layers(maker: Maker) -> None:
    layout = maker.layout()
    entry = layout.image((1, 2))
    layout.write(entry)
    manifest = json.loads(layout.blob(entry["digest"]).read_bytes())
    blob = layout.blob(manifest["layers"][1]["digest"])
    blob.write_bytes(blob.read_bytes()[:-1])
    with pytest.raises(CorruptImage, match=r"layer 2 \(sha256:[0-9a-f]{64}\) has \d+ bytes instead of"):
        open_image(str(layout.path), AMD64)
    blob.unlink()
    with pytest.raises(CorruptImage, match=r"layer 2 \(sha256:[0-9a-f]{64}\) is missing"):
        open_image(str(layout.path), AMD64)


@pytest.mark.parametrize("which", ["manifest", "config"])
def test_documents_are_checked_against_their_digests(maker: Maker, which: str) -> None:
    layout = maker.layout()
    entry = layout.image()
    layout.write(entry)
    manifest = json.loads(layout.blob(entry["digest"]).read_bytes())
    blob = layout.blob((entry if which == "manifest" else manifest["config"])["digest"])
    blob.write_bytes(blob.read_bytes() + b" ")
    with pytest.raises(DigestMismatch, match="is not what its digest says"):
        open_image(str(layout.path), AMD64)
    with open_image(str(layout.path), TRUSTING) as image:
        assert image.config


def test_number_of_layers_and_diff_ids_differ(maker: Maker, reader: Reader) -> None:
    layout = maker.layout()
    config = layout.put(maker.config([maker.layer(1)]), "application/vnd.oci.image.config.v1+json")
    layout.write(layout.image((1, 2), config=config))
    with open_image(str(layout.path), AMD64) as image:
        assert [layer.diff_id for layer in image.layers] == [maker.digest(maker.layer(1)), None]
        assert [problem.code for problem in image.problems] == ["layer-count"]
        assert len(reader.layers(image)) == 2


def test_signed_schema_1_is_told_before_its_digest(maker: Maker) -> None:
    layout = maker.layout()
    entry = layout.put(b'{"schemaVersion": 1}', "application/vnd.docker.distribution.manifest.v1+prettyjws")
    layout.blob(entry["digest"]).write_bytes(b'{"schemaVersion": 1, "signatures": []}')
    layout.write(entry)
    with pytest.raises(UnsupportedMediaType, match="old schema 1"):
        open_image(str(layout.path))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schemaVersion": 1}, "old schema 1"),
        ({"mediaType": "application/vnd.docker.distribution.manifest.v1+prettyjws"}, "old schema 1"),
        (
            {"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json"}},
            "OCI artifact of type application/vnd.cncf",
        ),
        (
            {"artifactType": "application/x", "config": {"mediaType": "application/vnd.oci.empty.v1+json"}},
            "OCI artifact of type application/x",
        ),
        ({"layers": None}, "no image manifest"),
        ({"config": None}, "no image manifest"),
    ],
)
def test_what_is_no_image(maker: Maker, changes: dict[str, Any], message: str) -> None:
    layout = maker.layout()
    layout.write(layout.image(**changes))
    with pytest.raises(UnsupportedMediaType, match=message):
        open_image(str(layout.path), AMD64)


@pytest.mark.parametrize(
    "media_type", ["application/vnd.in-toto+json", "application/vnd.oci.image.layer.v1.tar+encrypted"]
)
def test_layers_that_are_no_readable_tar(maker: Maker, media_type: str) -> None:
    layout = maker.layout()
    layout.write(layout.image(layers=[layout.put(b"{}", media_type)]))
    with pytest.raises(UnsupportedMediaType, match="layer 1 is of media type"):
        open_image(str(layout.path), AMD64)


HOSTILE = ["sha256:../../../etc/passwd", "../x:" + "0" * 64, "sha256:" + "A" * 64, "sha256:" + "0" * 63, 7, None, ["a"]]


@pytest.mark.parametrize("digest", HOSTILE)
@pytest.mark.parametrize("where", ["index", "config", "layer"])
def test_hostile_digests(maker: Maker, digest: object, where: str) -> None:
    layout = maker.layout()
    entry = {
        "index": lambda: layout.image() | {"digest": digest},
        "config": lambda: layout.image(config={"digest": digest}),
        "layer": lambda: layout.image(layers=[{"digest": digest}]),
    }[where]()
    layout.write(entry)
    with pytest.raises(CorruptImage, match=r"digest of .* is not valid"):
        open_image(str(layout.path), AMD64)


@pytest.mark.parametrize(
    "index",
    ["", "[]", "{}", '{"manifests": 3}', '{"manifests": [7]}', "[" * 100_000, "\0", '{"manifests": [{}]}', "1" * 5000],
)
@pytest.mark.parametrize("place", ["index.json", "blob"])
def test_broken_documents(maker: Maker, index: str, place: str) -> None:
    layout = maker.layout()
    if place == "index.json":
        layout.write()
        (layout.path / "index.json").write_text(index)
    else:
        layout.write(layout.put(index.encode(), "application/vnd.oci.image.manifest.v1+json"))
    with pytest.raises((CorruptImage, NoSuchImage)):
        open_image(str(layout.path), AMD64)


def test_index_that_holds_itself(maker: Maker) -> None:
    layout = maker.layout()
    digest = "sha256:" + "0" * 64
    layout.blob(digest).write_text(json.dumps({"manifests": [{"digest": digest}]}))
    layout.write({"digest": digest})
    with pytest.raises(CorruptImage, match="nested more than"):
        open_image(str(layout.path), TRUSTING)


def test_document_that_is_too_large(maker: Maker) -> None:
    layout = maker.layout()
    entry = layout.image()
    layout.write(entry)
    with open(layout.blob(entry["digest"]), "r+b") as file:
        file.truncate(1 << 30)
    with pytest.raises(CorruptImage, match="is larger than"):
        open_image(str(layout.path), AMD64)


def test_lone_surrogates_can_be_written_out_again(maker: Maker) -> None:
    layout = maker.layout()
    config = layout.put(b'{"author": "a\\ud800b"}', "application/vnd.oci.image.config.v1+json")
    layout.write(layout.image((), config=config))
    with open_image(str(layout.path), AMD64) as image:
        assert image.config["author"].encode() == b"a?b"


def test_blob_that_is_a_pipe(maker: Maker) -> None:
    import os

    layout = maker.layout()
    entry = layout.image((1,))
    layout.write(entry)
    layout.blob(entry["digest"]).unlink()
    os.mkfifo(layout.blob(entry["digest"]))
    with pytest.raises(CorruptImage, match="is missing"):
        open_image(str(layout.path), AMD64)
