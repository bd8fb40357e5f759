"""Replaces the credentials file, whole or not at all. Touches the file and what is beside it."""

import errno
import glob
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import tomli_w

from gts_wizard.errors import SaveFailed
from gts_wizard.storage.files import Warn, os_error_text
from gts_wizard.storage.reading import Document

_TEMPORARY = ".tmp"
# A file system that does not sync directories, or a directory that may be written but not read.
_NOT_SYNCABLE = {errno.EINVAL, errno.ENOTSUP, errno.EACCES}
_FILE_HEADER = """\
# The accounts that the GoToSocial Wizard (gts-wizard) signed in to.
#
# Whoever can read this file can act as these accounts: keep it to yourself.
# The wizard rewrites it. Keys it does not know survive that; comments you add may not.

"""
_UNCONFIRMED = (
    "Your change is saved, but the disk did not confirm it: {reason}. "
    "It may be gone after a power cut. Check the disk of {path}."
)


def serialize(document: Document) -> bytes:
    """Return the bytes of a file that says what the document does.

    Raises:
        UnicodeEncodeError: it holds half a character, which no file can keep.
    """
    return (_FILE_HEADER + tomli_w.dumps(document)).encode()


def replace_file(path: Path, body: bytes, tell: Warn) -> None:
    """Put the bytes in the file's place: at any instant there is the old file or the new one.

    The lock must be held: what an interrupted writing left beside the file is swept.

    Args:
        path: the file itself, no symbolic link.
        body: all of it.
        tell: is told when the new file is there, but may not outlive a power cut.

    Raises:
        SaveFailed: the operating system does not let it; the old file is untouched.
    """
    _sweep(path)
    try:
        _replace(path, body)
    except OSError as failure:
        raise SaveFailed(path=str(path), reason=os_error_text(failure)) from None
    try:
        _sync_directory(path.parent)
    except OSError as failure:
        # No failure to save: whoever reads the file from now on finds the new one.
        tell(_UNCONFIRMED.format(path=path, reason=os_error_text(failure)))


def create_file(path: Path, body: bytes) -> None:
    """Write a new file that is its owner's alone; one that is there already is never touched.

    Raises:
        SaveFailed: there is a file already, or the operating system does not let it.
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
        raise SaveFailed(path=str(path), reason="there is a file already") from None
    except OSError as failure:
        raise SaveFailed(path=str(path), reason=os_error_text(failure)) from None


def back_up(path: Path, body: bytes, version: int, tell: Warn) -> None:
    """Keep a file of an older schema as `….v<version>` beside it; one that is there stays.

    Args:
        path: the file itself, no symbolic link.
        body: all of it, as it was read.
        version: its schema's.
        tell: as for `write_body`.

    Raises:
        SaveFailed: the operating system does not let it.
    """
    copy = path.with_name(f"{path.name}.v{version}")
    if not os.path.lexists(copy):
        replace_file(copy, body, tell)


def _replace(path: Path, body: bytes) -> None:
    # tempfile makes it 0600 from its first byte.
    descriptor, name = tempfile.mkstemp(_TEMPORARY, _prefix(path), path.parent)
    try:
        try:
            # A umask may have taken the owner's own permissions away.
            os.fchmod(descriptor, 0o600)
            left = memoryview(body)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _sweep(path: Path) -> None:
    """Remove what interrupted writings left; what can't be removed is in nobody's way."""
    with suppress(OSError):
        for leftover in path.parent.glob(f"{glob.escape(_prefix(path))}*{_TEMPORARY}"):
            with suppress(OSError):
                leftover.unlink()


def _prefix(path: Path) -> str:
    return f".{path.name}."


def _sync_directory(directory: Path) -> None:
    """Make the replacement itself durable, where the system can do that for a directory."""
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as failure:
        if failure.errno not in _NOT_SYNCABLE:
            raise
