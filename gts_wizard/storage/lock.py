"""The lock file beside the credentials file, so that concurrent writers lose no update.

It is an operating system lock (`flock`): it is released when its process ends, however it ends.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from gts_wizard.errors import FileLocked, SaveFailed
from gts_wizard.sanitize import sanitize_line
from gts_wizard.storage.files import create_directory, os_error_text

_LOCK_SECONDS = 4.5
_HOLDER_FORMAT = re.compile(r"([0-9]{1,9}) (.+)")


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a file, so that no other process writes between a read and a write.

    Missing parent directories are created.

    Args:
        path: the file, with symbolic links resolved, so that every path to it has the same lock.

    Raises:
        FileLocked: another process held the lock for 4.5 seconds.
        SaveFailed: the lock file can't be created.
    """
    lock = filelock.FileLock(f"{path}.lock", timeout=_LOCK_SECONDS, mode=0o600)
    lock_file = Path(lock.lock_file)
    try:
        create_directory(path.parent)
        lock.acquire()
    except filelock.Timeout:
        raise FileLocked(
            path=str(path), holder=_read_holder(lock_file) or FileLocked.holder
        ) from None
    except OSError as error:
        raise SaveFailed(path=str(lock_file), reason=os_error_text(error)) from None
    try:
        _write_holder(lock_file)
        yield
    finally:
        # If releasing fails, the lock still ends with this process.
        with suppress(OSError):
            lock.release()


def _write_holder(lock_file: Path) -> None:
    """Write this process into the lock file, for the error message of others; it may fail."""
    with suppress(OSError):
        lock_file.write_text(f"{os.getpid()} {Path(sys.argv[0]).name}", "utf-8")


def _read_holder(lock_file: Path) -> str:
    """Return the process in the lock file, in words; empty where none is named that still runs."""
    with suppress(OSError, ValueError):
        holder = (
            _HOLDER_FORMAT.fullmatch(lock_file.read_text("utf-8")) if lock_file.is_file() else None
        )
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
