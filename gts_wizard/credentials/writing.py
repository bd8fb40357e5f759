"""Replaces the credentials file, whole or not at all. Touches the file and its lock."""

import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock
import tomli_w

from gts_wizard.credentials.reading import Document
from gts_wizard.errors import FileLocked, SaveFailed

_LOCK_SECONDS = 5.0
_TEMPORARY = ".tmp"
_HEAD = """\
# The accounts that the GoToSocial Wizard (gts-wizard) signed in to.
#
# Whoever can read this file can act as these accounts: keep it to yourself.
# The wizard rewrites it. Keys it does not know survive that; comments you add may not.

"""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file's lock, so that no other program writes between a reading and a writing.

    The lock is beside the real file, so that whoever comes through a symbolic link finds it too.

    Raises:
        FileLocked: another program held the lock for all of five seconds.
        SaveFailed: the lock can't be made.
    """
    target = _target(path)
    lock = filelock.FileLock(f"{target}.lock", timeout=_LOCK_SECONDS, mode=0o600)
    try:
        _make_directory(target.parent)
        lock.acquire()
    except filelock.Timeout:
        raise FileLocked(path=str(path)) from None
    except OSError as failure:
        raise _save_failed(failure, path) from None
    try:
        yield
    finally:
        lock.release()


def write_document(path: Path, document: Document) -> None:
    """Put the document in the file's place: at any instant there is the old file or the new one.

    A symbolic link stays a link; what it leads to is replaced. The file is 0600 from its first
    byte, because that is how `tempfile` makes it. The lock must be held: what an interrupted
    writing left beside the file is swept.

    Raises:
        SaveFailed: the operating system does not let it; the old file is untouched.
    """
    target = _target(path)
    body = (_HEAD + tomli_w.dumps(document)).encode()
    prefix = f".{target.name}."
    try:
        for leftover in target.parent.glob(f"{glob.escape(prefix)}*{_TEMPORARY}"):
            leftover.unlink()
        descriptor, name = tempfile.mkstemp(_TEMPORARY, prefix, target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as failure:
        raise _save_failed(failure, path) from None
    _sync_directory(target.parent)


def _target(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _make_directory(directory: Path) -> None:
    if not directory.exists():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)


def _sync_directory(directory: Path) -> None:
    """Make the replacement itself durable, where the system can do that for a directory."""
    # The new file is in place already, so a failure here is not a failure to save.
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _save_failed(failure: OSError, path: Path) -> SaveFailed:
    reason = os.strerror(failure.errno) if failure.errno else "unknown trouble"
    return SaveFailed(path=str(path), reason=reason.lower())
