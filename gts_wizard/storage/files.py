"""Who may touch the credentials file: kinds, owners, permissions and symbolic links.

Reading, locking and writing come in; only permissions are changed, and directories made.
"""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gts_wizard.errors import FileUnreadable

Warn = Callable[[str], None]
"""Takes a sentence that a person should see, although nothing failed."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_CLOSED = "Others on this computer could open {path}. Now only you can."
_OPEN = "Others on this computer can open {path}, and this disk does not let that be changed."

_KINDS = {
    stat.S_IFDIR: "it is a directory",
    stat.S_IFIFO: "it is a named pipe, not a file",
    stat.S_IFSOCK: "it is a socket, not a file",
    stat.S_IFCHR: "it is a device, not a file",
    stat.S_IFBLK: "it is a device, not a file",
    stat.S_IFLNK: "it has just become a symbolic link",
}


def os_error_text(failure: OSError) -> str:
    """Return the system's words for a failure, without the file names and bytes it may carry."""
    return os.strerror(failure.errno).lower() if failure.errno else "unknown trouble"


def resolve_symlink(path: Path) -> Path:
    """Return the file itself, with every symbolic link on the way followed; it need not exist.

    Raises:
        FileUnreadable: a symbolic link leads nowhere or in a circle, or can't be followed.
    """
    try:
        for one in (path, *path.parents):
            if one.is_symlink():
                _follow_link(one)
        return Path(os.path.realpath(path))
    except OSError as failure:
        reason = os_error_text(failure)
    raise FileUnreadable(path=str(path), reason=reason)


def open_owned(path: Path, tell: Warn) -> int:
    """Open the person's own file for reading, and close it to everybody else.

    Neither a named pipe nor a device is ever opened, and one that is put there meanwhile does
    not block.

    Args:
        path: the file itself, no symbolic link.
        tell: is told when the file was open to others.

    Returns:
        A file descriptor, which the caller closes.

    Raises:
        FileUnreadable: it is no file, or belongs to somebody else.
        OSError: the system does not let it be opened.
    """
    _check_owner(path.lstat(), path)
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _check_owner(os.fstat(descriptor), path)
        _restrict_mode(descriptor, 0o600, path, tell)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def secure_directory(directory: Path, tell: Warn) -> None:
    """Close the wizard's own directory to everybody else; a symbolic link is left alone.

    Args:
        directory: one that is the wizard's alone, never a shared one; it need not exist.
        tell: is told when it was open to others.
    """
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if os.fstat(descriptor).st_uid == os.geteuid():
                _restrict_mode(descriptor, 0o700, directory, tell)
        finally:
            os.close(descriptor)


def create_directory(directory: Path) -> None:
    """Make a directory, and those above it that are missing, for the person alone.

    Raises:
        OSError: the system does not let it.
    """
    if directory.is_dir():
        return
    create_directory(directory.parent)
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        if not directory.is_dir():
            raise
    else:
        # A umask may have taken the owner's own permissions away.
        directory.chmod(0o700)


def _follow_link(link: Path) -> None:
    try:
        link.stat()
    except FileNotFoundError:
        reason = "a symbolic link leads nowhere"
        raise FileUnreadable(path=str(link), reason=reason) from None


def _check_owner(status: os.stat_result, path: Path) -> None:
    kind = stat.S_IFMT(status.st_mode)
    if kind != stat.S_IFREG:
        raise FileUnreadable(path=str(path), reason=_KINDS.get(kind, "it is no file"))
    # Root too: what root saves is root's, and its owner would have lost it.
    if status.st_uid != os.geteuid():
        raise FileUnreadable(path=str(path), reason="it belongs to somebody else")


def _restrict_mode(descriptor: int, mode: int, path: Path, tell: Warn) -> None:
    if os.fstat(descriptor).st_mode & _OTHERS:
        with suppress(OSError):
            os.fchmod(descriptor, mode)
        # Some file systems accept a change of permissions without making it.
        still_open = os.fstat(descriptor).st_mode & _OTHERS
        tell((_OPEN if still_open else _CLOSED).format(path=path))
