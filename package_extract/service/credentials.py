"""Registry credentials of accepted requests: in this process's memory, until they are used."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Credentials", "Login"]


class Login(NamedTuple):
    """A user and a password."""

    username: str | None
    password: str | None

    def __repr__(self) -> str:
        """Without either."""
        return "Login(***)"


class Credentials:
    """Login by request. Nothing is written anywhere: a restart loses them, and the requests say so."""

    def __init__(self) -> None:
        self._logins: dict[str, Login] = {}

    def put(self, identity: str, login: Login) -> None:
        """Remember."""
        self._logins[identity] = login

    def get(self, identity: str) -> Login:
        """What was put; nothing if nothing was."""
        return self._logins.get(identity, Login(None, None))

    def forget(self, identity: str) -> None:
        """The request is over."""
        self._logins.pop(identity, None)
