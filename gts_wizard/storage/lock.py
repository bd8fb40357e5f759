"""The lock beside the credentials file, so that of many writers none loses another's work.

It is the operating system's (`flock`): it ends with its holder, however that ends. Only the
lock file and missing directories are touched.
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
    """Hold the file's lock, so that no other program writes between a reading and a writing.

    Args:
        path: the file itself, so that whoever comes through a symbolic link finds the same lock.

    Raises:
        FileLocked: another program held the lock for almost five seconds.
        SaveFailed: the lock can't be made.
    """
    lock = filelock.FileLock(f"{path}.lock", timeout=_LOCK_SECONDS, mode=0o600)
    record = Path(lock.lock_file)
    try:
        create_directory(path.parent)
        lock.acquire()
    except filelock.Timeout:
        raise FileLocked(path=str(path), holder=_read_holder(record) or FileLocked.holder) from None
    except OSError as failure:
        raise SaveFailed(path=str(record), reason=os_error_text(failure)) from None
    try:
        _write_holder(record)
        yield
    finally:
        # It ends with this process at the latest.
        with suppress(OSError):
            lock.release()


def _write_holder(record: Path) -> None:
    """Write who holds the lock into it: a courtesy, which may fail."""
    with suppress(OSError):
        record.write_text(f"{os.getpid()} {Path(sys.argv[0]).name}", "utf-8")


def _read_holder(record: Path) -> str:
    """Say who may be holding the lock; nothing where nobody signed it who is still running."""
    with suppress(OSError, ValueError):
        signed = _HOLDER_FORMAT.fullmatch(record.read_text("utf-8")) if record.is_file() else None
        if signed and _is_running(int(signed[1])):
            return f"process {signed[1]} ({sanitize_line(signed[2], 40)})"
    return ""


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
