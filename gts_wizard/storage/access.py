"""Who may use a file: its owner, its mode, and its access list; directories are made private here.

What is read must belong to this user, to root, or under sudo to the user who called it. Only this
user's own files are changed: their mode is mended where others had permissions.
"""

import errno
import os
import re
import shlex
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gts_wizard.errors import FileOfAnotherUser, FileUnreadable

Warn = Callable[[str], None]
"""Called with a sentence that the user should see, although nothing failed."""
ROOT = 0
# The extended attribute that holds an access list (acl(5)).
_ACCESS_LIST = "system.posix_acl_access"
_DESCRIPTOR = re.compile(r"/dev/stdin|/(?:dev|proc/self)/fd/[0-9]+")
_GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_RESTRICTED = "Others on this computer could open {path}. Now only you can."
_RESTRICTED_TO_LIST = (
    "Others on this computer could open {path}. Now only you and those on its access list can."
)
_STILL_OPEN = (
    "Others on this computer can open {path}, and this disk doesn't let the wizard change that."
)
_FILE_TYPE_REASONS = {
    stat.S_IFDIR: "it is a directory",
    stat.S_IFIFO: "it is a named pipe, not a file",
    stat.S_IFSOCK: "it is a socket, not a file",
    stat.S_IFCHR: "it is a device, not a file",
    stat.S_IFBLK: "it is a device, not a file",
    stat.S_IFLNK: "it has just become a symbolic link",
}


def open_readable(path: Path, warn: Warn) -> int:
    """Open a regular file for reading; the mode of this user's own is set to 0600.

    A named pipe or a device is never opened; one that replaces the file meanwhile does not block.

    Args:
        path: the file, with symbolic links resolved.
        warn: called when group or others had permissions.

    Returns:
        A file descriptor, which the caller closes.

    Raises:
        FileUnreadable: it is not a regular file.
        FileOfAnotherUser: it belongs to another user.
        OSError: it can't be opened.
    """
    status = path.lstat()
    check_type(status, path)
    check_owner(status, path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except PermissionError:
        if is_own(status):
            raise
        # It is root's, as after `sudo gts-wizard`, and not meant for this user.
        raise _belongs_to(status.st_uid, path) from None
    try:
        status = os.fstat(descriptor)
        check_type(status, path)
        check_owner(status, path)
        if is_own(status):
            _restrict_mode(descriptor, 0o600, path, warn)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def secure_directory(directory: Path, warn: Warn) -> None:
    """Set the mode of the wizard's own directory to 0700; a symbolic link is not followed.

    Args:
        directory: a directory that only the wizard uses; it need not exist.
        warn: called when group or others had permissions.
    """
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if is_own(os.fstat(descriptor)):
                _restrict_mode(descriptor, 0o700, directory, warn)
        finally:
            os.close(descriptor)


def create_directory(directory: Path) -> None:
    """Create a directory and its missing parents, with mode 0700.

    Raises:
        OSError: a directory can't be created.
    """
    if directory.is_dir():
        return
    create_directory(directory.parent)
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        if not directory.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
    else:
        # A umask may have taken the owner's own permissions away.
        directory.chmod(0o700)


def is_pipe(path: Path) -> bool:
    """Return whether a path is a named pipe, or of `is_descriptor`: it can be read only once."""
    if is_descriptor(path):
        return True
    with suppress(OSError):
        return stat.S_ISFIFO(path.lstat().st_mode)
    return False


def is_descriptor(path: Path) -> bool:
    """Return whether a path names a file that this process has open, as /dev/stdin does."""
    return _DESCRIPTOR.fullmatch(str(path)) is not None


def is_own(status: os.stat_result) -> bool:
    """Return whether a file belongs to this user, so that it is read and written."""
    return status.st_uid == os.geteuid()


def check_type(status: os.stat_result, path: Path, *, may_be_pipe: bool = False) -> None:
    """Refuse what is not a regular file.

    Args:
        status: the status of the file.
        path: the file, for error messages.
        may_be_pipe: whether it may be a pipe as well.

    Raises:
        FileUnreadable: it is something else, such as a directory.
    """
    file_type = stat.S_IFMT(status.st_mode)
    if file_type != stat.S_IFREG and not (may_be_pipe and file_type == stat.S_IFIFO):
        reason = _FILE_TYPE_REASONS.get(file_type, "it isn't a file")
        raise FileUnreadable(path=str(path), reason=reason)


def check_owner(status: os.stat_result, path: Path) -> None:
    """Refuse a file unless it is this user's, root's, or under sudo that of the user who called it.

    This holds for root too: root would save it as its own file, and lock the owner out.

    Raises:
        FileOfAnotherUser: it belongs to another user.
    """
    is_callers = os.geteuid() == ROOT and os.environ.get("SUDO_UID") == str(status.st_uid)
    if not (is_own(status) or status.st_uid == ROOT or is_callers):
        raise _belongs_to(status.st_uid, path)


def is_read_only_disk(file: int | Path) -> bool:
    """Return whether the disk of an open file, or of the file at a path, can't be written to."""
    return bool(os.statvfs(file).f_flag & os.ST_RDONLY)


def user_name(uid: int) -> str:
    """Return the name of a user; the number where the list of users has no name."""
    import pwd  # noqa: PLC0415 - few need it

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _belongs_to(uid: int, path: Path) -> FileOfAnotherUser:
    owner, file = user_name(uid), shlex.quote(str(path))
    user = user_name(os.geteuid())
    if os.geteuid() != ROOT and is_read_only_disk(path.parent):
        remedy = (
            f"Whoever puts it on that read-only disk must make {user} its owner, or root, with "
            f"{user} allowed to read it."
        )
    elif os.geteuid() != ROOT:
        remedy = f"To make it yours, run: sudo chown {shlex.quote(user)} {file}"
    elif owner.isdecimal():
        remedy = f"Run the wizard as that user: in a container, start it with --user {uid}."
    else:
        # Every command that reads the file imports this module.
        from gts_wizard.program import program  # noqa: PLC0415

        remedy = (
            f"To use it as {owner}, run: "
            f"sudo -u {shlex.quote(owner)} GTS_WIZARD_CREDENTIALS={file} {program()}"
        )
    return FileOfAnotherUser(path=str(path), owner=owner, remedy=remedy)


def _restrict_mode(descriptor: int, mode: int, path: Path, warn: Warn) -> None:
    """Take all permissions from group and others.

    Where there is an access list, the group's are its mask, and stay: without them the list would
    hold for nobody.
    """
    present = os.fstat(descriptor).st_mode & _GROUP_AND_OTHERS
    # On a read-only disk, whoever put the file there has decided who may read it.
    if not present or is_read_only_disk(descriptor):
        return
    mask = present & stat.S_IRWXG if _has_access_list(descriptor) else 0
    if present == mask:
        return
    with suppress(OSError):
        os.fchmod(descriptor, mode | mask)
    # Some file systems report success, but do not change the mode.
    if os.fstat(descriptor).st_mode & _GROUP_AND_OTHERS & ~mask:
        warn(_STILL_OPEN.format(path=path))
    else:
        warn((_RESTRICTED_TO_LIST if mask else _RESTRICTED).format(path=path))


def copy_access_list(path: Path, descriptor: int) -> None:
    """Give an open file the access list of another file, if that has one and the disk knows any."""
    if sys.platform == "linux":
        with suppress(OSError):
            access_list = os.getxattr(path, _ACCESS_LIST, follow_symlinks=False)
            os.setxattr(descriptor, _ACCESS_LIST, access_list)


def _has_access_list(descriptor: int) -> bool:
    if sys.platform != "linux":
        return False
    with suppress(OSError):
        return _ACCESS_LIST in os.listxattr(descriptor)
    return False
