"""Loads and updates the credentials file, and reads secrets from the file or the keyring."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gts_wizard.credentials import Credentials
from gts_wizard.errors import FileError, InvalidFile, SaveFailed
from gts_wizard.models import ClientCredentials, ClientRegistration, Server
from gts_wizard.secret import KeyringRef, Secret
from gts_wizard.storage import files, schema
from gts_wizard.storage.access import is_descriptor, is_pipe, secure_directory
from gts_wizard.storage.paths import config_directory, credentials_path

if TYPE_CHECKING:
    from gts_wizard.storage.system_keyring import SystemKeyring

_MOVED_NOTICE = (
    "This window now keeps everything in {path}. "
    "Next time, set GTS_WIZARD_CREDENTIALS to that path so that the wizard finds it."
)


class Store:
    """The credentials file, which need not exist yet, and the system's keyring.

    Warnings, such as that the file's permissions were changed, are given each once: one command may
    read the file ten times.

    Args:
        path: the path of the file; the user's own when left out.
        on_warning: called with each warning; they are collected for `pop_warnings` when left out.

    Attributes:
        new_secrets_in_file: whether new secrets are stored in the file even where the keyring is
            their `storage`; the user can choose that when the keyring fails.
    """

    def __init__(
        self, path: Path | None = None, on_warning: Callable[[str], object] | None = None
    ) -> None:
        self._path = path
        self.new_secrets_in_file = False
        self._warnings: list[str] = []
        self._on_warning = on_warning or self._warnings.append
        self._given_warnings: set[str] = set()
        # The bytes that were read last, and what they mean.
        self._loaded: tuple[bytes | None, Credentials] = (None, Credentials())

    @property
    def path(self) -> Path:
        """The path of the file.

        Raises:
            FileError: there is no home directory that it could be in.
        """
        if self._path is None:
            # Not before it is needed: who gives a token in the environment needs neither.
            self._path = credentials_path()
        return self._path

    @cached_property
    def _keyring(self) -> SystemKeyring:
        # Most files keep their secrets themselves, and reading those must be fast.
        from gts_wizard.storage.system_keyring import SystemKeyring  # noqa: PLC0415

        return SystemKeyring()

    def load(self) -> Credentials:
        """Return the contents of the file; empty credentials if there is no file.

        Raises:
            FileError: it can't be read, or is invalid.
        """
        path, body = self._read()
        if body is None:
            return Credentials()
        loaded_body, credentials = self._loaded
        # Parsing takes far longer than reading, and the screens load the file again and again.
        if body != loaded_body:
            credentials = _decode(body, path)[0]
            self._loaded = (body, credentials)
        return credentials

    def update(self, change: Callable[[Credentials], Credentials]) -> Credentials:
        """Apply a change to the file, and return its new contents.

        The file is read again under its lock, so that no change of another process is lost. After
        a failure the same change can be tried again, also after `move_to`.

        Args:
            change: returns the new contents, given those on disk.

        Raises:
            FileError: the file is invalid, or can't be read, locked or written; it is unchanged.
            KeyringError: a secret can't be stored in or read from the keyring; the file is
                unchanged.
        """
        # Importing what writes takes time, and reading must be fast.
        from gts_wizard.storage.atomic_write import back_up, replace_file  # noqa: PLC0415
        from gts_wizard.storage.keyring_sync import (  # noqa: PLC0415
            KeyringSync,
            with_unsaved_in_file,
        )
        from gts_wizard.storage.lock import file_lock  # noqa: PLC0415

        self.check_writable()
        path = self._safe_path()
        with file_lock(path):
            body = files.read_file(path, self._warn)
            before, document, version = (
                (Credentials(), {}, schema.SCHEMA_VERSION) if body is None else _decode(body, path)
            )
            after = change(before)
            if after == before:
                return after
            if self.new_secrets_in_file:
                after = with_unsaved_in_file(after)
            keyring_sync = KeyringSync(self._keyring, before)
            after = keyring_sync.apply(after)
            try:
                new_body = _encode_verified(document, after, path)
                if body is not None and version < schema.SCHEMA_VERSION:
                    back_up(path, body, version, self._warn)
                replace_file(path, new_body, self._warn)
            except BaseException:
                keyring_sync.undo()
                raise
        keyring_sync.finish(after, self._warn)
        return after

    def check_writable(self) -> None:
        """Find out whether `update` can write the file, before anything is done that it must keep.

        Raises:
            FileError: the file can only be read, or not even that.
        """
        from gts_wizard.storage.writability import check_writable  # noqa: PLC0415

        check_writable(self._safe_path())

    def move_to(self, path: Path) -> None:
        """Copy the file to a new path, and use the copy from now on.

        It is used when a change can't be saved to this file. If this file can't be read, the new
        one starts empty. This file is not changed.

        Args:
            path: a path where there is no file yet.

        Raises:
            FileError: the file exists already, or can't be written.
        """
        from gts_wizard.storage.atomic_write import replace_file  # noqa: PLC0415
        from gts_wizard.storage.lock import file_lock  # noqa: PLC0415

        target = files.resolve_symlink(path)
        with file_lock(target):
            if files.read_file(target, self._warn) is not None:
                raise SaveFailed(path=str(target), reason="it already exists")
            body = self._read_if_valid()
            # Without contents to copy, an empty file is written to find out whether that works.
            replace_file(
                target,
                _encode_verified({}, Credentials(), target) if body is None else body,
                self._warn,
            )
        self._path = path
        self._warn(_MOVED_NOTICE.format(path=path))

    def reveal(self, secret: Secret | KeyringRef) -> Secret:
        """Return a secret, from the keyring if it is a reference.

        Raises:
            KeyringError: it can't be read from the keyring.
        """
        return self._keyring.get(secret) if isinstance(secret, KeyringRef) else secret

    def probe_keyring(self) -> None:
        """Find out whether the keyring works, by storing a test entry.

        Raises:
            KeyringError: it does not work.
        """
        self._keyring.probe()

    def client_credentials(
        self, registration: ClientRegistration, server: Server
    ) -> ClientCredentials:
        """Return a registration with its secret revealed.

        Args:
            registration: the registration.
            server: the server it is registered at.

        Raises:
            KeyringError: the secret can't be read from the keyring.
        """
        secret = self.reveal(registration.client_secret)
        return ClientCredentials(
            registration.origin, registration.client_id, secret, server.metadata
        )

    def pop_warnings(self) -> list[str]:
        """Return the warnings since the last call, as sentences for the user."""
        warnings = self._warnings.copy()
        self._warnings.clear()
        return warnings

    def _warn(self, warning: str) -> None:
        if warning not in self._given_warnings:
            self._given_warnings.add(warning)
            self._on_warning(warning)

    def _read_if_valid(self) -> bytes | None:
        """Return the contents of this file; None if there is no file, or it is invalid."""
        with suppress(FileError):
            path, body = self._read()
            if body is not None:
                _decode(body, path)
            return body
        return None

    def _read(self) -> tuple[Path, bytes | None]:
        """Return the resolved path, and the contents; None if there is no file."""
        path = self._safe_path()
        if not is_pipe(path):
            return path, files.read_file(path, self._warn)
        # Hardly any file is a pipe, and reading must be fast.
        from gts_wizard.storage.pipes import read_pipe  # noqa: PLC0415

        return path, read_pipe(path)

    def _safe_path(self) -> Path:
        """Return the resolved path; the directory is secured if it is the wizard's own."""
        if self.path.parent == config_directory():
            secure_directory(self.path.parent, self._warn)
        # What /dev/stdin leads to may have no path of its own.
        return self.path if is_descriptor(self.path) else files.resolve_symlink(self.path)


def _decode(body: bytes, path: Path) -> tuple[Credentials, files.Document, int]:
    """Return the credentials, the document in the current schema, and the file's own version."""
    document = files.parse(body, path)
    version = schema.schema_version(document, path)
    document = schema.migrate(document, version)
    return schema.decode(document, path), document, version


def _encode_verified(document: files.Document, credentials: Credentials, path: Path) -> bytes:
    """Return the contents to write, after decoding them gave the same credentials.

    A file that could not be read again must not replace one that can.

    Raises:
        SaveFailed: decoding fails or gives something else, or the file is too large.
    """
    from gts_wizard.storage.atomic_write import serialize  # noqa: PLC0415

    try:
        body = serialize(schema.merge_unknown_keys(document, credentials))
        is_readable = len(body) <= files.MAX_FILE_BYTES and _decode(body, path)[0] == credentials
    except (InvalidFile, UnicodeEncodeError):
        is_readable = False
    if not is_readable:
        # Raised outside the except block: a chained exception would hold the text of the file.
        raise SaveFailed(path=str(path), reason="the wizard couldn't read it again")
    return body
