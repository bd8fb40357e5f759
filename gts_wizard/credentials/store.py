"""The shelf on disk: load it, or change it. Services come in; only the one file is touched."""

from collections.abc import Callable
from pathlib import Path

from gts_wizard.credentials.reading import read_document
from gts_wizard.credentials.schema import merged, shelf_of
from gts_wizard.shelf import Shelf


class Store:
    """The credentials file at `path`, which need not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Shelf:
        """Return what the file keeps now.

        Raises:
            FileError: it can't be read or understood.
        """
        return shelf_of(read_document(self.path), str(self.path))

    def change(self, change: Callable[[Shelf], Shelf]) -> Shelf:
        """Apply one change to what is on disk now, and return the result.

        The file is read again under its lock, so that nothing another program saved is lost.

        Args:
            change: makes the new shelf from the one on disk.

        Raises:
            FileError: the file can't be read, understood, locked or written; it is as before.
        """
        # The lock and the TOML writer take time to import, and reading must be fast.
        from gts_wizard.credentials.writing import locked, write_document  # noqa: PLC0415

        with locked(self.path):
            document = read_document(self.path)
            shelf = shelf_of(document, str(self.path))
            changed = change(shelf)
            if changed != shelf:
                write_document(self.path, merged(document, changed))
            return changed
