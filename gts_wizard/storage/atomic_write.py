"""Writes files: whole or not at all, and nobody else's to read.

A temporary file beside the target is written, synced and put in its place; what an interrupted
write left behind is removed by the next one. Reading loads nothing of this.
"""

import errno
import glob
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import tomli_w

from gts_wizard.errors import SaveFailed
from gts_wizard.storage import files
from gts_wizard.storage.access import Warn, copy_access_list

_TEMPORARY_SUFFIX = ".tmp"
# The file system can't sync directories, or the directory may be written to but not read.
_NOT_SYNCABLE = {errno.EINVAL, errno.ENOTSUP, errno.EACCES}
_FILE_HEADER = """\
# The accounts that the GoToSocial Wizard (gts-wizard) signed in to.
#
# Whoever can read this file can act as these accounts: keep it to yourself.
# The wizard rewrites it. Keys it does not know survive that; comments you add may not.

"""
_UNCONFIRMED = (
    "Your change is saved, but the disk didn't confirm it: {reason}. "
    "A power cut could undo it. Check the disk that {path} is on."
)


def serialize(document: files.Document) -> bytes:
    """Return the document as TOML in UTF-8, with a header comment.

    Raises:
        UnicodeEncodeError: a text has a lone surrogate, which UTF-8 can't encode.
    """
    return (_FILE_HEADER + tomli_w.dumps(document)).encode()


def replace_file(path: Path, body: bytes, warn: Warn) -> None:
    """Replace the file atomically: at any moment there is either the old file or the new one.

    The lock must be held, because temporary files of interrupted writes are removed.

    Args:
        path: the file, with symbolic links resolved; its access list stays.
        body: the new contents.
        warn: called when the file was replaced, but syncing its directory failed.

    Raises:
        SaveFailed: the new file can't be written; the old one is unchanged.
    """
    _remove_temporary_files(path)
    try:
        _replace(path, body)
    except OSError as error:
        raise SaveFailed(path=str(path), reason=files.os_error_text(error)) from None
    try:
        _sync_directory(path.parent)
    except OSError as error:
        # This is only a warning: every reader sees the new file from now on.
        warn(_UNCONFIRMED.format(path=path, reason=files.os_error_text(error)))


def create_file(path: Path, body: bytes) -> None:
    """Create a file with mode 0600; an existing one is never changed.

    Args:
        path: the new file.
        body: its contents.

    Raises:
        SaveFailed: the file exists already, or can't be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(descriptor, 0o600)
                file.write(body)
                file.flush()
                os.fsync(descriptor)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise
    except FileExistsError:
        raise SaveFailed(path=str(path), reason="it already exists") from None
    except OSError as error:
        raise SaveFailed(path=str(path), reason=files.os_error_text(error)) from None


def back_up(path: Path, body: bytes, version: int, warn: Warn) -> None:
    """Copy a file of an older schema to `….v<version>` beside it, unless that exists already.

    Args:
        path: the file, with symbolic links resolved.
        body: its contents.
        version: its schema version.
        warn: as for `replace_file`.

    Raises:
        SaveFailed: the copy can't be written.
    """
    backup = path.with_name(f"{path.name}.v{version}")
    if not os.path.lexists(backup):
        replace_file(backup, body, warn)


def _replace(path: Path, body: bytes) -> None:
    # tempfile creates it with mode 0600.
    descriptor, name = tempfile.mkstemp(_TEMPORARY_SUFFIX, _temporary_prefix(path), path.parent)
    try:
        try:
            # A umask may have taken the owner's own permissions away.
            os.fchmod(descriptor, 0o600)
            copy_access_list(path, descriptor)
            remaining = memoryview(body)
            while remaining:
                remaining = remaining[os.write(descriptor, remaining) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _remove_temporary_files(path: Path) -> None:
    """Remove the temporary files of interrupted writes, where that is possible."""
    pattern = f"{glob.escape(_temporary_prefix(path))}*{_TEMPORARY_SUFFIX}"
    with suppress(OSError):
        for leftover in path.parent.glob(pattern):
            with suppress(OSError):
                leftover.unlink()


def _temporary_prefix(path: Path) -> str:
    return f".{path.name}."


def _sync_directory(directory: Path) -> None:
    """Sync a directory, so that a replaced file survives a power cut, where that is supported."""
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NOT_SYNCABLE:
            raise
