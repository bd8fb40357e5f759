"""The lock file beside the credentials file, so that concurrent writers lose no update.

It is a lock of the operating system (flock(2)): it is released when its process ends, however it
ends. The lock file is written to only through the descriptor that was checked and locked: a file of
that name may be somebody else's (`uv.lock` beside `uv`), or be swapped for a symbolic link.
"""

import errno
import fcntl
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from time import monotonic, sleep

from gts_wizard.errors import FileLocked, LockFailed, SaveFailed
from gts_wizard.sanitize import sanitize_line
from gts_wizard.storage.access import create_directory
from gts_wizard.storage.files import os_error_text

_LOCK_SECONDS = 4.5
_POLL_SECONDS = 0.05
_HOLDER_FORMAT = re.compile(r"([0-9]{1,9}) (.{1,100})")
_MAX_HOLDER_BYTES = 512
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# Some file systems have no flock(2), but the older locks of POSIX.
_NO_FLOCK = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
# POSIX locks don't keep two threads of one process apart.
_thread_lock = Lock()


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a file, so that no other process writes between a read and a write.

    Missing parent directories are created.

    Args:
        path: the file, with symbolic links resolved, so that every path to it has the same lock.

    Raises:
        FileLocked: another process held the lock for 4.5 seconds.
        LockFailed: the file can't be locked, or the lock file is not the wizard's.
        SaveFailed: the lock file can't be created.
    """
    lock_file = path.with_name(f"{path.name}.lock")
    deadline = monotonic() + _LOCK_SECONDS
    if not _thread_lock.acquire(timeout=_LOCK_SECONDS):
        raise _locked(path, lock_file)
    try:
        try:
            create_directory(path.parent)
            descriptor = _wait_for_lock(lock_file, deadline)
        except OSError as error:
            raise SaveFailed(path=str(lock_file), reason=os_error_text(error)) from None
        if descriptor is None:
            raise _locked(path, lock_file)
        try:
            _write_holder(descriptor)
            yield
        finally:
            # Closing releases the lock; if that fails, the lock ends with this process.
            with suppress(OSError):
                os.close(descriptor)
    finally:
        _thread_lock.release()


def _wait_for_lock(lock_file: Path, deadline: float) -> int | None:
    """Return a locked descriptor of the lock file; None where it is still held at the deadline."""
    while True:
        descriptor = os.open(lock_file, _FLAGS, 0o600)
        try:
            _check_type_and_owner(os.fstat(descriptor), lock_file)
            if _try_lock(descriptor, lock_file) and _is_in_place(descriptor, lock_file):
                _check_contents(descriptor, lock_file)
                # A umask may have taken the owner's own permissions away.
                os.fchmod(descriptor, 0o600)
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if monotonic() >= deadline:
            return None
        sleep(_POLL_SECONDS)


def _check_type_and_owner(status: os.stat_result, lock_file: Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise LockFailed(path=str(lock_file), reason="it isn't a file")
    if status.st_uid != os.geteuid():
        raise LockFailed(path=str(lock_file), reason="it belongs to somebody else")


def _try_lock(descriptor: int, lock_file: Path) -> bool:
    """Lock an open file; return whether nobody else had it locked."""
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _NO_FLOCK:
                raise
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # POSIX allows both, for locks that are held.
        if error.errno in {errno.EAGAIN, errno.EACCES}:
            return False
        raise LockFailed(path=str(lock_file), reason=os_error_text(error)) from None
    return True


def _is_in_place(descriptor: int, lock_file: Path) -> bool:
    """Return whether the locked file is still the one of that name, which others would lock."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), lock_file.lstat())
    return False


def _check_contents(descriptor: int, lock_file: Path) -> None:
    """Refuse a file that is neither empty nor names a process, as the wizard's lock files do."""
    contents = os.pread(descriptor, _MAX_HOLDER_BYTES + 1, 0)
    # A crash of the computer may leave zeros.
    if contents.strip(b"\0") and _parse_holder(contents) is None:
        raise LockFailed(
            path=str(lock_file), reason="there is a file with that name that isn't the wizard's"
        )


def _parse_holder(contents: bytes) -> re.Match[str] | None:
    return _HOLDER_FORMAT.fullmatch(contents.decode("utf-8", "replace"))


def _write_holder(descriptor: int) -> None:
    """Write this process into the lock file, for the error message of others; it may fail."""
    holder = f"{os.getpid()} {Path(sys.argv[0]).name[:40] or 'python'}"
    with suppress(OSError):
        os.ftruncate(descriptor, os.pwrite(descriptor, holder.encode("utf-8", "replace"), 0))


def _locked(path: Path, lock_file: Path) -> FileLocked:
    return FileLocked(path=str(path), holder=_read_holder(lock_file) or FileLocked.holder)


def _read_holder(lock_file: Path) -> str:
    """Return the process in the lock file, in words; empty where none is named that still runs."""
    with suppress(OSError):
        holder = _parse_holder(lock_file.read_bytes()) if lock_file.is_file() else None
        if holder and _is_running(int(holder[1])):
            return f"process {holder[1]} ({sanitize_line(holder[2], 40)})"
    return ""


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
