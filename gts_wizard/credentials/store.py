"""The shelf on disk: load it, or change it.

Services come in; only the one file is touched, and the system's keyring where a person wants that.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gts_wizard.credentials.access import mend_directory, real_path
from gts_wizard.credentials.paths import own_directory
from gts_wizard.credentials.reading import LARGEST_FILE, Document, parse, read_body
from gts_wizard.credentials.schema import SCHEMA_VERSION, merged, migrated, shelf_of, version_of
from gts_wizard.credentials.settling import Settling, unsettled_in_file
from gts_wizard.credentials.system_keyring import SystemKeyring
from gts_wizard.errors import FileError, FileNotUnderstood, SaveFailed
from gts_wizard.models import Client, Registration, Server
from gts_wizard.secret import InKeyring, Secret
from gts_wizard.shelf import Shelf

_MOVED = (
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
        self._notices: list[str] = []

    def load(self) -> Shelf:
        """Return what the file keeps now.

        Raises:
            FileError: it can't be read or understood.
        """
        path = self._safe_path()
        body = read_body(path, self._tell)
        return Shelf() if body is None else _understood(body, path)[0]

    def change(self, change: Callable[[Shelf], Shelf]) -> Shelf:
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
        from gts_wizard.credentials.locking import locked  # noqa: PLC0415
        from gts_wizard.credentials.writing import keep_copy, write_body  # noqa: PLC0415

        path = self._safe_path()
        with locked(path):
            body = read_body(path, self._tell)
            shelf, document, version = (
                (Shelf(), {}, SCHEMA_VERSION) if body is None else _understood(body, path)
            )
            changed = change(shelf)
            if changed == shelf:
                return changed
            if self.new_secrets_in_file:
                changed = unsettled_in_file(changed)
            settling = Settling(self._keyring, shelf)
            changed = settling.settle(changed)
            try:
                new = _proven(document, changed, path)
                if body is not None and version < SCHEMA_VERSION:
                    keep_copy(path, body, version, self._tell)
                write_body(path, new, self._tell)
            except BaseException:
                settling.undo()
                raise
        settling.finish(changed, self._tell)
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
        from gts_wizard.credentials.locking import locked  # noqa: PLC0415
        from gts_wizard.credentials.writing import write_body  # noqa: PLC0415

        target = real_path(path)
        with locked(target):
            if read_body(target, self._tell) is not None:
                raise SaveFailed(path=str(target), reason="there is a file already")
            body = self._readable_body()
            # An empty one shows, too, that the new file can be written.
            write_body(target, _proven({}, Shelf(), target) if body is None else body, self._tell)
        self.path = path
        self._tell(_MOVED.format(path=path))

    def reveal(self, secret: Secret | InKeyring) -> Secret:
        """Return a secret, wherever it is kept.

        Raises:
            KeyringError: the keyring does not give it.
        """
        return self._keyring.get(secret) if isinstance(secret, InKeyring) else secret

    def try_keyring(self) -> None:
        """Find out whether the keyring would keep secrets.

        Raises:
            KeyringError: it would not.
        """
        self._keyring.try_out()

    def client(self, registration: Registration, server: Server) -> Client:
        """Return what a registration proves the wizard with.

        Args:
            registration: the wizard's application there.
            server: where it is registered.

        Raises:
            KeyringError: the keyring does not give the secret.
        """
        secret = self.reveal(registration.client_secret)
        return Client(registration.origin, registration.client_id, secret, server.metadata)

    def take_notices(self) -> list[str]:
        """Return what to tell the person since the last time this was asked, as sentences."""
        notices, self._notices = self._notices, []
        return notices

    def _tell(self, notice: str) -> None:
        self._notices.append(notice)

    def _readable_body(self) -> bytes | None:
        """Return the bytes of this file; None where there is none that can be understood."""
        with suppress(FileError):
            path = self._safe_path()
            body = read_body(path, self._tell)
            if body is not None:
                _understood(body, path)
            return body
        return None

    def _safe_path(self) -> Path:
        """Return the file itself, with the wizard's own directory closed to others."""
        if self.path.parent == own_directory():
            mend_directory(self.path.parent, self._tell)
        return real_path(self.path)


def _understood(body: bytes, path: Path) -> tuple[Shelf, Document, int]:
    """Return what a file keeps, its document in this schema, and the version it is in."""
    document = parse(body, path)
    version = version_of(document, path)
    document = migrated(document, version)
    return shelf_of(document, path), document, version


def _proven(document: Document, shelf: Shelf, path: Path) -> bytes:
    """Return the bytes that keep the shelf, once reading them gave the same shelf.

    Whatever could not be read again must not take the place of what can.

    Raises:
        SaveFailed: they would not keep it.
    """
    from gts_wizard.credentials.writing import rendered  # noqa: PLC0415

    try:
        body = rendered(merged(document, shelf))
        kept = len(body) <= LARGEST_FILE and _understood(body, path)[0] == shelf
    except (FileNotUnderstood, UnicodeEncodeError):
        kept = False
    if not kept:
        # Out here, so that no exception that holds the text is chained to it.
        raise SaveFailed(path=str(path), reason="such a file could not be read again")
    return body
