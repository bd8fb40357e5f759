"""Moves secrets between the file and the keyring when the credentials file is saved.

New keyring entries are created before the file is written, and obsolete ones deleted after it, so
that a crash leaves at worst an entry that no file names.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from gts_wizard.errors import KeyringError
from gts_wizard.secret import KeyringRef, Secret, SecretStorage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gts_wizard.credentials import Credentials
    from gts_wizard.models import ClientRegistration, Token
    from gts_wizard.storage.access import Warn
    from gts_wizard.storage.system_keyring import SystemKeyring

_ORPHANED = "The system's keyring still holds “{name}”, which is no longer needed. Delete it there."


class KeyringSync:
    """The keyring's part of one update of the credentials file: `apply`, then `finish` or `undo`.

    Args:
        keyring: the system's keyring.
        before: the contents of the file before the update.
    """

    def __init__(self, keyring: SystemKeyring, before: Credentials) -> None:
        self._keyring = keyring
        self._before = before
        self._created: list[KeyringRef] = []

    def apply(self, credentials: Credentials) -> Credentials:
        """Return the credentials with each secret moved to its `storage`.

        Args:
            credentials: the new contents of the file.

        Raises:
            KeyringError: a secret can't be written to or read from the keyring; the entries
                created so far are deleted again.
        """
        try:
            return credentials.map_tokens(self._move_token)._replace(
                registrations=tuple(map(self._move_registration, credentials.registrations)),
            )
        except KeyringError:
            self.undo()
            raise

    def undo(self) -> None:
        """Delete the entries that `apply` created, because the file can't be written."""
        self._delete(self._created)

    def finish(self, after: Credentials, warn: Warn) -> None:
        """Delete the entries that the file no longer names.

        Args:
            after: the contents of the file now.
            warn: called for each entry that could not be deleted.
        """
        used = set(_entries(after))
        obsolete = [entry for entry in _entries(self._before) if entry not in used]
        for entry in self._delete(obsolete):
            warn(_ORPHANED.format(name=entry.name))

    def _move_token(self, token: Token, owner: str) -> Token:
        if _is_in_place(token.value, token.storage):
            return token
        return token._replace(value=self._convert(token.value, owner))

    def _move_registration(self, registration: ClientRegistration) -> ClientRegistration:
        if _is_in_place(registration.client_secret, registration.storage):
            return registration
        secret = self._convert(registration.client_secret, registration.origin)
        return registration._replace(client_secret=secret)

    def _convert(self, secret: Secret | KeyringRef, owner: str) -> Secret | KeyringRef:
        if isinstance(secret, KeyringRef):
            return self._keyring.get(secret)
        self._created.append(self._keyring.add(secret, owner))
        return self._created[-1]

    def _delete(self, entries: Iterable[KeyringRef]) -> list[KeyringRef]:
        """Delete entries, and return those that could not be deleted."""
        remaining = list(entries)
        # After one failure the others are not tried: each could take the whole timeout.
        with suppress(KeyringError):
            while remaining:
                self._keyring.delete(remaining[0])
                remaining.pop(0)
        return remaining


def with_unsaved_in_file(credentials: Credentials) -> Credentials:
    """Return the credentials with every secret that is not in the keyring yet set to the file."""

    def current_storage(secret: Secret | KeyringRef) -> SecretStorage:
        return SecretStorage.KEYRING if isinstance(secret, KeyringRef) else SecretStorage.FILE

    def with_current_storage(token: Token, _owner: str) -> Token:
        return token._replace(storage=current_storage(token.value))

    return credentials.map_tokens(with_current_storage)._replace(
        registrations=tuple(
            registration._replace(storage=current_storage(registration.client_secret))
            for registration in credentials.registrations
        ),
    )


def _is_in_place(secret: Secret | KeyringRef, storage: SecretStorage) -> bool:
    return isinstance(secret, KeyringRef) == (storage is SecretStorage.KEYRING)


def _entries(credentials: Credentials) -> Iterator[KeyringRef]:
    for secret in (
        *(token.value for token in credentials.tokens),
        *(registration.client_secret for registration in credentials.registrations),
    ):
        if isinstance(secret, KeyringRef):
            yield secret
