"""Brings each secret of a shelf to the place it is meant to be kept in.

The store comes in, before and after it writes the file; the system's keyring is touched. The file
alone says what is kept where: an entry that no file names is nobody's. So each new secret gets a
new entry before the file is written, and an old entry goes once the file no longer names it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from gts_wizard.errors import KeyringError
from gts_wizard.secret import InKeyring, Place, Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gts_wizard.credentials.access import Tell
    from gts_wizard.credentials.system_keyring import SystemKeyring
    from gts_wizard.models import Registration, Token
    from gts_wizard.shelf import Shelf

_LEFT_BEHIND = "The system's keyring still holds “{name}”, which nobody needs. Delete it there."


class Settling:
    """One change of a shelf, as far as the keyring has a part in it.

    Args:
        keyring: the system's.
        before: what the file keeps.
    """

    def __init__(self, keyring: SystemKeyring, before: Shelf) -> None:
        self._keyring = keyring
        self._before = before
        self._put: list[InKeyring] = []

    def settle(self, shelf: Shelf) -> Shelf:
        """Return the shelf with its secrets where they are meant to be.

        Raises:
            KeyringError: the keyring does not keep one, or does not give one; nothing is changed.
        """
        try:
            return replace(
                shelf,
                accounts=tuple(
                    one
                    if _is_settled(one.token.value, one.token.kept_in)
                    else replace(one, token=self._token(one.token, one.handle))
                    for one in shelf.accounts
                ),
                attempts=tuple(
                    one
                    if one.token is None or _is_settled(one.token.value, one.token.kept_in)
                    else replace(one, token=self._token(one.token, one.server.host))
                    for one in shelf.attempts
                ),
                registrations=tuple(map(self._registration, shelf.registrations)),
            )
        except KeyringError:
            self.undo()
            raise

    def undo(self) -> None:
        """Take out what was put into the keyring, because the file can't be written."""
        self._drop(self._put)

    def finish(self, after: Shelf, tell: Tell) -> None:
        """Take out of the keyring what the file no longer names.

        Args:
            after: what the file keeps now.
            tell: is told of what could not be taken out.
        """
        kept = set(_entries(after))
        for entry in self._drop(one for one in _entries(self._before) if one not in kept):
            tell(_LEFT_BEHIND.format(name=entry.name))

    def _token(self, token: Token, owner: str) -> Token:
        return replace(token, value=self._moved(token.value, owner))

    def _registration(self, registration: Registration) -> Registration:
        if _is_settled(registration.client_secret, registration.kept_in):
            return registration
        secret = self._moved(registration.client_secret, registration.origin)
        return replace(registration, client_secret=secret)

    def _moved(self, secret: Secret | InKeyring, owner: str) -> Secret | InKeyring:
        if isinstance(secret, InKeyring):
            return self._keyring.get(secret)
        self._put.append(self._keyring.put(secret, owner))
        return self._put[-1]

    def _drop(self, entries: Iterable[InKeyring]) -> list[InKeyring]:
        """Take entries out, and return those for which the keyring did not do it."""
        left = list(entries)
        # What fails once fails for each: the person need not wait for all of them.
        with suppress(KeyringError):
            while left:
                self._keyring.drop(left[0])
                left.pop(0)
        return left


def unsettled_in_file(shelf: Shelf) -> Shelf:
    """Return the shelf with every secret that is not in the keyring yet meant for the file."""

    def place(secret: Secret | InKeyring) -> Place:
        return Place.KEYRING if isinstance(secret, InKeyring) else Place.FILE

    def token(kept: Token) -> Token:
        return replace(kept, kept_in=place(kept.value))

    return replace(
        shelf,
        accounts=tuple(replace(one, token=token(one.token)) for one in shelf.accounts),
        attempts=tuple(
            one if one.token is None else replace(one, token=token(one.token))
            for one in shelf.attempts
        ),
        registrations=tuple(
            replace(one, kept_in=place(one.client_secret)) for one in shelf.registrations
        ),
    )


def _is_settled(secret: Secret | InKeyring, place: Place) -> bool:
    return isinstance(secret, InKeyring) == (place is Place.KEYRING)


def _entries(shelf: Shelf) -> Iterator[InKeyring]:
    for secret in (
        *(one.token.value for one in shelf.accounts),
        *(one.token.value for one in shelf.attempts if one.token is not None),
        *(one.client_secret for one in shelf.registrations),
    ):
        if isinstance(secret, InKeyring):
            yield secret
