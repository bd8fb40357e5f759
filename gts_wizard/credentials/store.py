"""The shelf on disk: load it, or change it. Services come in; only the one file is touched."""

from collections.abc import Callable
from pathlib import Path

from gts_wizard.credentials.access import mend_directory, real_path
from gts_wizard.credentials.paths import own_directory
from gts_wizard.credentials.reading import LARGEST_FILE, Document, parse, read_body
from gts_wizard.credentials.schema import SCHEMA_VERSION, merged, migrated, shelf_of, version_of
from gts_wizard.errors import FileNotUnderstood, SaveFailed
from gts_wizard.shelf import Shelf


class Store:
    """The credentials file at `path`, which need not exist yet.

    What a person should see although nothing failed, such as permissions that were mended, is
    kept until a face takes it with `take_notices`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
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
        After a failure the same change can be tried again, here or on another store.

        Args:
            change: makes the new shelf from the one on disk; it may be called more than once.

        Raises:
            FileError: the file can't be read, understood, locked or written; it is as before.
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
            if changed != shelf:
                new = _proven(document, changed, path)
                if body is not None and version < SCHEMA_VERSION:
                    keep_copy(path, body, version, self._tell)
                write_body(path, new, self._tell)
            return changed

    def copy_to(self, path: Path) -> "Store":
        """Put all that the file keeps into a new one, and return the store for that.

        This is how a change that can't be saved here is saved elsewhere: copy, then change there.

        Args:
            path: where no file is yet.

        Raises:
            FileError: this file can't be read, that one can't be written, or is there already.
        """
        from gts_wizard.credentials.locking import locked  # noqa: PLC0415
        from gts_wizard.credentials.writing import write_body  # noqa: PLC0415

        other = Store(path)
        source, target = self._safe_path(), other._safe_path()
        body = read_body(source, self._tell)
        with locked(target):
            if read_body(target, other._tell) is not None:
                raise SaveFailed(path=str(target), reason="there is a file already")
            if body is not None:
                _understood(body, source)
                write_body(target, body, other._tell)
        return other

    def take_notices(self) -> list[str]:
        """Return what to tell the person since the last time this was asked, as sentences."""
        notices, self._notices = self._notices, []
        return notices

    def _tell(self, notice: str) -> None:
        self._notices.append(notice)

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
