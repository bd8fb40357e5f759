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
from gts_wizard.secret import KeyringRef, Secret, SecretStorage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gts_wizard.credentials import Credentials
    from gts_wizard.models import ClientRegistration, Token
    from gts_wizard.storage.files import Warn
    from gts_wizard.storage.system_keyring import SystemKeyring

_ORPHANED = "The system's keyring still holds “{name}”, which nobody needs. Delete it there."


class KeyringSync:
    """One change of a shelf, as far as the keyring has a part in it.

    Args:
        keyring: the system's.
        before: what the file keeps.
    """

    def __init__(self, keyring: SystemKeyring, before: Credentials) -> None:
        self._keyring = keyring
        self._before = before
        self._put: list[KeyringRef] = []

    def apply(self, shelf: Credentials) -> Credentials:
        """Return the shelf with its secrets where they are meant to be.

        Raises:
            KeyringError: the keyring does not keep one, or does not give one; nothing is changed.
        """
        try:
            return replace(
                shelf,
                accounts=tuple(
                    one
                    if _is_in_place(one.token.value, one.token.storage)
                    else replace(one, token=self._token(one.token, one.handle))
                    for one in shelf.accounts
                ),
                pending_sign_ins=tuple(
                    one
                    if one.token is None or _is_in_place(one.token.value, one.token.storage)
                    else replace(one, token=self._token(one.token, one.server.host))
                    for one in shelf.pending_sign_ins
                ),
                registrations=tuple(map(self._registration, shelf.registrations)),
            )
        except KeyringError:
            self.undo()
            raise

    def undo(self) -> None:
        """Take out what was put into the keyring, because the file can't be written."""
        self._delete(self._put)

    def finish(self, after: Credentials, tell: Warn) -> None:
        """Take out of the keyring what the file no longer names.

        Args:
            after: what the file keeps now.
            tell: is told of what could not be taken out.
        """
        kept = set(_entries(after))
        for entry in self._delete(one for one in _entries(self._before) if one not in kept):
            tell(_ORPHANED.format(name=entry.name))

    def _token(self, token: Token, owner: str) -> Token:
        return replace(token, value=self._convert(token.value, owner))

    def _registration(self, registration: ClientRegistration) -> ClientRegistration:
        if _is_in_place(registration.client_secret, registration.storage):
            return registration
        secret = self._convert(registration.client_secret, registration.origin)
        return replace(registration, client_secret=secret)

    def _convert(self, secret: Secret | KeyringRef, owner: str) -> Secret | KeyringRef:
        if isinstance(secret, KeyringRef):
            return self._keyring.get(secret)
        self._put.append(self._keyring.add(secret, owner))
        return self._put[-1]

    def _delete(self, entries: Iterable[KeyringRef]) -> list[KeyringRef]:
        """Take entries out, and return those for which the keyring did not do it."""
        left = list(entries)
        # What fails once fails for each: the person need not wait for all of them.
        with suppress(KeyringError):
            while left:
                self._keyring.delete(left[0])
                left.pop(0)
        return left


def with_unsaved_in_file(shelf: Credentials) -> Credentials:
    """Return the shelf with every secret that is not in the keyring yet meant for the file."""

    def place(secret: Secret | KeyringRef) -> SecretStorage:
        return SecretStorage.KEYRING if isinstance(secret, KeyringRef) else SecretStorage.FILE

    def token(kept: Token) -> Token:
        return replace(kept, storage=place(kept.value))

    return replace(
        shelf,
        accounts=tuple(replace(one, token=token(one.token)) for one in shelf.accounts),
        pending_sign_ins=tuple(
            one if one.token is None else replace(one, token=token(one.token))
            for one in shelf.pending_sign_ins
        ),
        registrations=tuple(
            replace(one, storage=place(one.client_secret)) for one in shelf.registrations
        ),
    )


def _is_in_place(secret: Secret | KeyringRef, place: SecretStorage) -> bool:
    return isinstance(secret, KeyringRef) == (place is SecretStorage.KEYRING)


def _entries(shelf: Credentials) -> Iterator[KeyringRef]:
    for secret in (
        *(one.token.value for one in shelf.accounts),
        *(one.token.value for one in shelf.pending_sign_ins if one.token is not None),
        *(one.client_secret for one in shelf.registrations),
    ):
        if isinstance(secret, KeyringRef):
            yield secret
