"""The shelf on disk: load it, or change it.

Services come in; only the one file is touched, and the system's keyring where a person wants that.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gts_wizard.credentials import Credentials
from gts_wizard.errors import FileError, InvalidFile, SaveFailed
from gts_wizard.models import ClientCredentials, ClientRegistration, Server
from gts_wizard.secret import KeyringRef, Secret
from gts_wizard.storage.files import (
    MAX_FILE_BYTES,
    Document,
    parse,
    read_file,
    resolve_symlink,
    secure_directory,
)
from gts_wizard.storage.keyring_sync import KeyringSync, with_unsaved_in_file
from gts_wizard.storage.paths import config_directory
from gts_wizard.storage.schema import (
    SCHEMA_VERSION,
    decode,
    merge_unknown_keys,
    migrate,
    schema_version,
)
from gts_wizard.storage.system_keyring import SystemKeyring

_MOVED_NOTICE = (
    "This window now keeps everything in {path}. "
    "Next time, set GTS_WIZARD_CREDENTIALS to that, so that the wizard finds it."
)


class Store:
    """The credentials file, which need not exist yet.

    What a person should see although nothing failed, such as permissions that were mended, is
    kept until a face takes it with `take_notices`.

    Attributes:
        path: where the file is.
        new_secrets_in_file: whether what would go to the keyring goes to the file from now on,
            because the person said so when the keyring failed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.new_secrets_in_file = False
        self._keyring = SystemKeyring()
        self._warnings: list[str] = []

    def load(self) -> Credentials:
        """Return what the file keeps now.

        Raises:
            FileError: it can't be read or understood.
        """
        path = self._safe_path()
        body = read_file(path, self._warn)
        return Credentials() if body is None else _decode(body, path)[0]

    def update(self, change: Callable[[Credentials], Credentials]) -> Credentials:
        """Apply one change to what is on disk now, and return the result.

        The file is read again under its lock, so that nothing another program saved is lost.
        After a failure the same change can be tried again, here or after `move_to`.

        Args:
            change: makes the new shelf from the one on disk; it may be called more than once.

        Raises:
            FileError: the file can't be read, understood, locked or written; it is as before.
            KeyringError: the keyring does not keep or give a secret; the file is as before.
        """
        # The lock and the TOML writer take time to import, and reading must be fast.
        from gts_wizard.storage.files import back_up, replace_file  # noqa: PLC0415
        from gts_wizard.storage.lock import file_lock  # noqa: PLC0415

        path = self._safe_path()
        with file_lock(path):
            body = read_file(path, self._warn)
            shelf, document, version = (
                (Credentials(), {}, SCHEMA_VERSION) if body is None else _decode(body, path)
            )
            changed = change(shelf)
            if changed == shelf:
                return changed
            if self.new_secrets_in_file:
                changed = with_unsaved_in_file(changed)
            settling = KeyringSync(self._keyring, shelf)
            changed = settling.apply(changed)
            try:
                new = _encode_verified(document, changed, path)
                if body is not None and version < SCHEMA_VERSION:
                    back_up(path, body, version, self._warn)
                replace_file(path, new, self._warn)
            except BaseException:
                settling.undo()
                raise
        settling.finish(changed, self._warn)
        return changed

    def move_to(self, path: Path) -> None:
        """Put all that the file keeps into a new one, and use that from now on.

        This is how a change that can't be saved here is saved elsewhere. Where this file can't be
        read, the new one starts empty; this one stays as it is either way.

        Args:
            path: where no file is yet.

        Raises:
            FileError: a file is there already, or it can't be written.
        """
        from gts_wizard.storage.files import replace_file  # noqa: PLC0415
        from gts_wizard.storage.lock import file_lock  # noqa: PLC0415

        target = resolve_symlink(path)
        with file_lock(target):
            if read_file(target, self._warn) is not None:
                raise SaveFailed(path=str(target), reason="there is a file already")
            body = self._read_if_valid()
            # An empty one shows, too, that the new file can be written.
            replace_file(
                target,
                _encode_verified({}, Credentials(), target) if body is None else body,
                self._warn,
            )
        self.path = path
        self._warn(_MOVED_NOTICE.format(path=path))

    def reveal(self, secret: Secret | KeyringRef) -> Secret:
        """Return a secret, wherever it is kept.

        Raises:
            KeyringError: the keyring does not give it.
        """
        return self._keyring.get(secret) if isinstance(secret, KeyringRef) else secret

    def probe_keyring(self) -> None:
        """Find out whether the keyring would keep secrets.

        Raises:
            KeyringError: it would not.
        """
        self._keyring.probe()

    def client_credentials(
        self, registration: ClientRegistration, server: Server
    ) -> ClientCredentials:
        """Return what a registration proves the wizard with.

        Args:
            registration: the wizard's application there.
            server: where it is registered.

        Raises:
            KeyringError: the keyring does not give the secret.
        """
        secret = self.reveal(registration.client_secret)
        return ClientCredentials(
            registration.origin, registration.client_id, secret, server.metadata
        )

    def pop_warnings(self) -> list[str]:
        """Return what to tell the person since the last time this was asked, as sentences."""
        notices, self._warnings = self._warnings, []
        return notices

    def _warn(self, notice: str) -> None:
        self._warnings.append(notice)

    def _read_if_valid(self) -> bytes | None:
        """Return the bytes of this file; None where there is none that can be understood."""
        with suppress(FileError):
            path = self._safe_path()
            body = read_file(path, self._warn)
            if body is not None:
                _decode(body, path)
            return body
        return None

    def _safe_path(self) -> Path:
        """Return the file itself, with the wizard's own directory closed to others."""
        if self.path.parent == config_directory():
            secure_directory(self.path.parent, self._warn)
        return resolve_symlink(self.path)


def _decode(body: bytes, path: Path) -> tuple[Credentials, Document, int]:
    """Return what a file keeps, its document in this schema, and the version it is in."""
    document = parse(body, path)
    version = schema_version(document, path)
    document = migrate(document, version)
    return decode(document, path), document, version


def _encode_verified(document: Document, shelf: Credentials, path: Path) -> bytes:
    """Return the bytes that keep the shelf, once reading them gave the same shelf.

    Whatever could not be read again must not take the place of what can.

    Raises:
        SaveFailed: they would not keep it.
    """
    from gts_wizard.storage.files import serialize  # noqa: PLC0415

    try:
        body = serialize(merge_unknown_keys(document, shelf))
        kept = len(body) <= MAX_FILE_BYTES and _decode(body, path)[0] == shelf
    except (InvalidFile, UnicodeEncodeError):
        kept = False
    if not kept:
        # Out here, so that no exception that holds the text is chained to it.
        raise SaveFailed(path=str(path), reason="such a file could not be read again")
    return body
