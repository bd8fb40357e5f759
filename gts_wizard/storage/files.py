"""Reads the credentials file: owner and mode, links, TOML."""

import codecs
import errno
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import tomli

from gts_wizard.errors import FileUnreadable, InvalidFile
from gts_wizard.sanitize import sanitize_line
from gts_wizard.storage.limits import TooComplex, check_complexity

Warn = Callable[[str], None]
"""Called with a sentence that the user should see, although nothing failed."""
_GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_RESTRICTED = "Others on this computer could open {path}. Now only you can."
_STILL_OPEN = "Others on this computer can open {path}, and this disk does not let that be changed."
_FILE_TYPE_REASONS = {
    stat.S_IFDIR: "it is a directory",
    stat.S_IFIFO: "it is a named pipe, not a file",
    stat.S_IFSOCK: "it is a socket, not a file",
    stat.S_IFCHR: "it is a device, not a file",
    stat.S_IFBLK: "it is a device, not a file",
    stat.S_IFLNK: "it has just become a symbolic link",
}
Document = dict[str, Any]
MAX_FILE_BYTES = 8 * 1024 * 1024
"""The maximum size of a file that is read; a larger one is not written either."""
# The conflict markers that git and other version control systems write into a file.
_MERGE_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.MULTILINE)


def os_error_text(error: OSError) -> str:
    """Return the operating system's message for an error, without file names or file contents."""
    return os.strerror(error.errno).lower() if error.errno else "unknown trouble"


def resolve_symlink(path: Path) -> Path:
    """Return a path with all symbolic links in it resolved; the file need not exist.

    Raises:
        FileUnreadable: a symbolic link is broken or circular, or can't be followed.
    """
    try:
        for part in (path, *path.parents):
            if part.is_symlink():
                _check_link(part)
        return Path(os.path.realpath(path))
    except OSError as error:
        reason = os_error_text(error)
    raise FileUnreadable(path=str(path), reason=reason)


def open_owned(path: Path, warn: Warn) -> int:
    """Open a regular file of this user for reading, and set its mode to 0600.

    A named pipe or a device is never opened; one that replaces the file meanwhile does not block.

    Args:
        path: the file, with symbolic links resolved.
        warn: called when group or others had permissions.

    Returns:
        A file descriptor, which the caller closes.

    Raises:
        FileUnreadable: it is not a regular file, or belongs to another user.
        OSError: it can't be opened.
    """
    _check_type_and_owner(path.lstat(), path)
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _check_type_and_owner(os.fstat(descriptor), path)
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
            if os.fstat(descriptor).st_uid == os.geteuid():
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


def _check_link(link: Path) -> None:
    try:
        link.stat()
    except FileNotFoundError:
        reason = "a symbolic link leads nowhere"
        raise FileUnreadable(path=str(link), reason=reason) from None


def _check_type_and_owner(status: os.stat_result, path: Path) -> None:
    file_type = stat.S_IFMT(status.st_mode)
    if file_type != stat.S_IFREG:
        reason = _FILE_TYPE_REASONS.get(file_type, "it is no file")
        raise FileUnreadable(path=str(path), reason=reason)
    # This holds for root too: root would save it as its own file, and lock the owner out.
    if status.st_uid != os.geteuid():
        raise FileUnreadable(path=str(path), reason="it belongs to somebody else")


def _restrict_mode(descriptor: int, mode: int, path: Path, warn: Warn) -> None:
    if os.fstat(descriptor).st_mode & _GROUP_AND_OTHERS:
        with suppress(OSError):
            os.fchmod(descriptor, mode)
        # Some file systems report success, but do not change the mode.
        still_open = os.fstat(descriptor).st_mode & _GROUP_AND_OTHERS
        warn((_STILL_OPEN if still_open else _RESTRICTED).format(path=path))


def read_file(path: Path, warn: Warn) -> bytes | None:
    """Return the contents of the file, or None if there is no file.

    Args:
        path: the file, with symbolic links resolved.
        warn: called when group or others had permissions.

    Raises:
        FileUnreadable: it is not a regular file of this user, or can't be read.
        InvalidFile: it is larger than `MAX_FILE_BYTES`.
    """
    try:
        descriptor = open_owned(path, warn)
        try:
            body = _read(descriptor)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=os_error_text(error)) from None
    if body is None:
        raise InvalidFile(path=str(path), reason="it is far too large")
    return body


def parse(body: bytes, path: Path) -> Document:
    """Parse the contents of a file.

    Args:
        body: TOML in UTF-8; a byte order mark, which some editors write, is ignored.
        path: the file, for error messages.

    Raises:
        InvalidFile: the contents are not TOML, or exceed the limits of `check_complexity`.
    """
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        text = body.decode()
        check_complexity(text)
        if text.strip():
            return tomli.loads(text)
        reason = "it is empty"
    except UnicodeDecodeError as error:
        reason = f"it is not text in UTF-8 {_position(body[: error.start].decode())}"
    except (TooComplex, tomli.TOMLDecodeError) as error:
        reason = _parse_error(text, error)
    # Raised outside the except blocks: a chained exception would hold the text of the file.
    raise InvalidFile(path=str(path), reason=reason)


def _read(descriptor: int) -> bytes | None:
    if os.fstat(descriptor).st_size > MAX_FILE_BYTES:
        return None
    # The file may be growing: reading one byte more than allowed shows that.
    chunks, bytes_left = [], MAX_FILE_BYTES + 1
    while bytes_left and (chunk := os.read(descriptor, bytes_left)):
        chunks.append(chunk)
        bytes_left -= len(chunk)
    return b"".join(chunks) if bytes_left else None


def _parse_error(text: str, error: Exception) -> str:
    """Return why a text can't be parsed: a known cause, or else the parser's message."""
    before, null, _ = text.partition("\0")
    if null:
        return f"it holds zeros where text should be {_position(before)}"
    if marker := _MERGE_CONFLICT.search(text):
        return f"two versions of it were never brought together {_position(text[: marker.start()])}"
    return sanitize_line(str(error))


def _position(before: str) -> str:
    """Return the line and column after `before`, formatted as in tomli's messages."""
    return f"(at line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))})"
