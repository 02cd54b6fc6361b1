"""The `image` part of a document: what manifest and configuration say, joined with what the layers turned out to be.

Fields are those of the OCI image configuration (image-spec 1.1, config.md); Docker's configuration has the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from package_extract.image.model import Image
    from package_extract.layer.contents import LayerContents

__all__ = ["image_metadata", "utc"]


def image_metadata(image: Image, contents: Sequence[LayerContents]) -> dict[str, Any]:
    """Plain data for `image`, without guesses: what neither manifest nor configuration says is None or empty."""
    config = image.config
    inner = _mapping(config.get("config"))
    history = [entry for entry in _list(config.get("history")) if isinstance(entry, dict)]
    sizes = [layer.size for layer in image.layers]
    return {
        "reference": image.reference,
        "digest": image.digest,
        "index_digest": image.index_digest,
        "config_digest": image.config_digest,
        "media_type": image.media_type,
        "platform": {name: _text(config.get(name)) for name in ("os", "architecture", "variant")},
        "created": utc(config.get("created")),
        "author": _text(config.get("author")),
        "labels": _strings(inner.get("Labels")),
        "env": dict(item.partition("=")[::2] for item in _list(inner.get("Env")) if isinstance(item, str)),
        "entrypoint": _command(inner.get("Entrypoint")),
        "cmd": _command(inner.get("Cmd")),
        "working_dir": _text(inner.get("WorkingDir")),
        "user": _text(inner.get("User")),
        "exposed_ports": sorted(_mapping(inner.get("ExposedPorts"))),
        "volumes": sorted(_mapping(inner.get("Volumes"))),
        "stop_signal": _text(inner.get("StopSignal")),
        "shell": _command(inner.get("Shell")),
        "healthcheck": _mapping(inner.get("Healthcheck")) or None,
        "annotations": _strings(image.manifest.get("annotations")),
        "repo_tags": sorted(image.repo_tags),
        "history": [_history(entry) for entry in history],
        "layers": _layers(image, contents, history),
        "compressed_size": sum(size or 0 for size in sizes) if any(size is not None for size in sizes) else None,
        "size": sum(layer.size for layer in contents),
    }


def _history(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "created": utc(entry.get("created")),
        "created_by": _text(entry.get("created_by")),
        "author": _text(entry.get("author")),
        "comment": _text(entry.get("comment")),
        "empty_layer": entry.get("empty_layer") is True,
    }


def _layers(
    image: Image, contents: Sequence[LayerContents], history: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    commands = [_text(entry.get("created_by")) for entry in history if entry.get("empty_layer") is not True]
    if len(commands) != len(image.layers):
        commands = [None] * len(image.layers)  # a squashed image keeps the history of layers it no longer has
    return [
        {
            "digest": layer.digest,
            "diff_id": layer.diff_id,
            "media_type": layer.media_type,
            "compressed_size": layer.size,
            "size": content.size,
            "entries": content.entries,
            "created_by": command,
        }
        for layer, content, command in zip(image.layers, contents, commands, strict=True)
    ]


def utc(value: object) -> str | None:
    """An RFC 3339 time in UTC, or None if the value is no time."""
    if not isinstance(value, str) or not value:
        return None
    if value.endswith("Z") and value[:-1].replace("-", "").replace(":", "").replace("T", "").replace(".", "").isdigit():
        return value
    from datetime import UTC, datetime

    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z") if when.tzinfo else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _strings(value: object) -> dict[str, str]:
    return {key: text for key, text in sorted(_mapping(value).items()) if isinstance(text, str)}


def _command(value: object) -> list[str]:
    """A command as a list; an old image may have it as one string, which a shell then runs."""
    if isinstance(value, str):
        return [value]
    return [item for item in _list(value) if isinstance(item, str)]
