"""Finds out whether the credentials file can be written, before anything is done that must be."""

import os
import re
from contextlib import suppress
from pathlib import Path

from gts_wizard.errors import FileReadOnly, FileUnreadable, SaveFailed
from gts_wizard.storage.access import (
    ROOT,
    check_owner,
    is_own,
    is_pipe,
    is_read_only_disk,
    user_name,
)
from gts_wizard.storage.files import os_error_text

_KNOWS_EFFECTIVE_IDS = os.access in os.supports_effective_ids
_MOUNTS = Path("/proc/self/mounts")
# These are written as a backslash with three octal digits there (fstab(5)).
_ESCAPED = re.compile(rb"[ \t\n\\#]")


def check_writable(path: Path) -> None:
    """Refuse a file that can only be read. Neither it nor its directory need exist.

    Args:
        path: the file, with symbolic links resolved.

    Raises:
        FileReadOnly: it is a pipe, not this user's own, on a read-only disk, or mounted alone.
        FileOfAnotherUser: it may not even be read.
        FileUnreadable: this can't be found out.
        SaveFailed: this user may not write in its directory.
    """
    if is_pipe(path):
        raise FileReadOnly(path=str(path), reason="it comes through a pipe")
    try:
        places = [next(parent for parent in path.parents if parent.is_dir())]
        may_write = os.access(places[0], os.W_OK | os.X_OK, effective_ids=_KNOWS_EFFECTIVE_IDS)
        with suppress(FileNotFoundError):
            _check_owner(path.lstat(), path)
            places.append(path)
        is_on_read_only_disk = any(map(is_read_only_disk, places))
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=os_error_text(error)) from None
    if is_on_read_only_disk:
        raise FileReadOnly(path=str(path), reason="it is on a read-only disk")
    if _is_mounted(path):
        raise FileReadOnly(
            path=str(path),
            reason="it is mounted as a single file, so it can't be replaced",
            remedy="Mount the folder it is in.",
        )
    if not may_write:
        raise SaveFailed(path=str(path), reason="permission denied")


def _check_owner(status: os.stat_result, path: Path) -> None:
    check_owner(status, path)
    if is_own(status):
        return
    reason = f"it belongs to {user_name(status.st_uid)}"
    if status.st_uid == ROOT:
        raise FileReadOnly(path=str(path), reason=reason)
    raise FileReadOnly(path=str(path), reason=reason, remedy="Run this without sudo.")


def _is_mounted(path: Path) -> bool:
    """Return whether a file is mounted without its directory, as containers have it.

    It can't be renamed over (EBUSY), and writing into it would not be atomic.
    """
    name = _ESCAPED.sub(lambda found: b"\\%03o" % ord(found[0]), os.fsencode(path))
    with suppress(OSError):
        return any(line.split(b" ")[1] == name for line in _MOUNTS.read_bytes().splitlines())
    return False
