"""`pylock.toml`, the lock file of all installers (https://packaging.python.org/en/latest/specifications/pylock-toml/).

The file is checked against the specification before it is given out, by `packaging.pylock`: it has to be valid, and to
select exactly the chosen wheels for the target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from package_extract.resolver.errors import NoHash
from package_extract.resolver.lock.toml_text import toml_text

if TYPE_CHECKING:
    from packaging import markers

    from package_extract.resolver.answer import Environment, Pin
    from package_extract.resolver.source import DistributionFile

__all__ = ["pylock_data", "pylock_toml"]


def pylock_toml(environment: Environment) -> str:
    """The file's content. Raises `NoHash` if an index tells no hash of a wheel."""
    data = pylock_data(environment)
    _check(data, environment)
    return toml_text(data)


def pylock_data(environment: Environment) -> dict[str, Any]:
    """The file's content as plain data."""
    target = environment.target
    markers = target.markers
    tool: dict[str, Any] = {"target": target.describe()}
    if target.image:
        tool["image"] = target.image
    if target.digest:
        tool["digest"] = target.digest
    if environment.kept:
        tool["already-installed"] = [f"{pin.name}=={pin.version}" for pin in environment.kept]
    return {
        "lock-version": "1.0",
        "environments": [
            " and ".join(
                f"{name} == '{markers[name]}'"
                for name in ("implementation_name", "platform_machine", "python_version", "sys_platform")
            )
        ],
        "requires-python": f"=={markers['python_version']}.*",
        "created-by": "package-extract",
        "packages": [_package(pin) for pin in environment.to_install],
        "tool": {"package-extract": tool},
    }


def _package(pin: Pin) -> dict[str, Any]:
    if pin.file is None:
        raise NoHash(f"there is no wheel of {pin.name} {pin.version} to lock")
    data: dict[str, Any] = {"name": pin.name, "version": pin.version}
    if pin.file.index:
        data["index"] = pin.file.index
        data["wheels"] = [_wheel(pin.file)]
    else:
        data["archive"] = {"url": pin.file.url, "hashes": _hashes(pin.file)}
        del data["version"]
    return data


def _wheel(file: DistributionFile) -> dict[str, Any]:
    data: dict[str, Any] = {"name": file.filename, "url": file.url}
    if file.upload_time:
        from datetime import datetime

        data["upload-time"] = datetime.fromisoformat(file.upload_time)
    if file.size is not None:
        data["size"] = file.size
    data["hashes"] = _hashes(file)
    return data


def _hashes(file: DistributionFile) -> dict[str, str]:
    if not file.hashes:
        raise NoHash(f"the index tells no hash of {file.filename}, without which there is no pylock.toml")
    return dict(sorted(file.hashes.items()))


def _check(data: dict[str, Any], environment: Environment) -> None:
    from packaging.pylock import Pylock
    from packaging.tags import Tag

    lock = Pylock.from_dict(data)
    lock.validate()
    tags = [Tag(*tag.split("-")) for tag in environment.target.tags]
    values = cast("markers.Environment", dict(environment.target.markers))
    selected = {str(package.name) for package, _ in lock.select(environment=values, tags=tags)}
    if selected != {pin.name for pin in environment.to_install}:
        raise AssertionError("the lock file does not select what was chosen")
