"""The lock files that an answer can be written as, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from package_extract.resolver.answer import Environment

__all__ = ["LockForm", "lock_text"]

LockForm = Literal["requirements", "pylock", "pipfile"]


def lock_text(
    form: LockForm, environment: Environment, index_url: str, *, hashes: bool = True, all_files: bool = False
) -> str:
    """The file's content; `index_url` is the main index, `hashes` and `all_files` are for requirements.txt only.

    Raises `NoHash` where the form needs a hash that the index does not tell.
    """
    if form == "requirements":
        from package_extract.resolver.lock.requirements_txt import requirements_txt

        return requirements_txt(environment, hashes=hashes, all_files=all_files)
    if form == "pylock":
        from package_extract.resolver.lock.pylock import pylock_toml

        return pylock_toml(environment)
    from package_extract.resolver.lock.pipfile_lock import pipfile_lock

    direct = [f"{pin.name}=={pin.version}" for pin in environment.pins if pin.direct]
    return pipfile_lock(environment, direct, index_url)
