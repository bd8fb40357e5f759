"""Reads and writes the credentials file: ownership, permissions, links, atomic replacement."""

import codecs
import errno
import glob
import os
import re
import stat
import tempfile
import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import tomli_w

from gts_wizard.errors import FileUnreadable, InvalidFile, SaveFailed
from gts_wizard.sanitize import sanitize_line
from gts_wizard.storage.limits import TooComplex, check_complexity

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
Document = dict[str, Any]
MAX_FILE_BYTES = 8 * 1024 * 1024
"""The most bytes that are read, and so the most that are written."""
# What git and its like leave where two versions of a file could not be brought together.
_MERGE_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.MULTILINE)
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


def read_file(path: Path, tell: Warn) -> bytes | None:
    """Return the bytes of the file, or None where there is no file: only that is nothing.

    Args:
        path: the file itself, no symbolic link.
        tell: is told when the file was open to others.

    Raises:
        FileUnreadable: it is not the person's own file, or the system does not let it be read.
        InvalidFile: it is far too large.
    """
    try:
        descriptor = open_owned(path, tell)
        try:
            body = _read(descriptor)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        return None
    except OSError as failure:
        raise FileUnreadable(path=str(path), reason=os_error_text(failure)) from None
    if body is None:
        raise InvalidFile(path=str(path), reason="it is far too large")
    return body


def parse(body: bytes, path: Path) -> Document:
    """Return what the bytes of a file say.

    Args:
        body: TOML in UTF-8; a byte order mark, which some editors put before it, is fine.
        path: the file, for messages.

    Raises:
        InvalidFile: they are not TOML, or more than tomllib can bear.
    """
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        text = body.decode()
        check_complexity(text)
        if text.strip():
            return tomllib.loads(text)
        reason = "it is empty"
    except UnicodeDecodeError as failure:
        reason = f"it is not text in UTF-8 {_position(body[: failure.start].decode())}"
    except (TooComplex, tomllib.TOMLDecodeError) as failure:
        reason = _parse_error(text, failure)
    except ValueError:
        reason = "it holds a number or a date that can't be"
    # Raised out here so that no exception that holds the file's text is chained to it.
    raise InvalidFile(path=str(path), reason=reason)


def _read(descriptor: int) -> bytes | None:
    if os.fstat(descriptor).st_size > MAX_FILE_BYTES:
        return None
    # It may be growing: one byte more than allowed tells.
    chunks, left = [], MAX_FILE_BYTES + 1
    while left and (chunk := os.read(descriptor, left)):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks) if left else None


def _parse_error(text: str, failure: Exception) -> str:
    """Say what is wrong with a text that is not TOML, in better words than tomllib's if known."""
    before, zero, _ = text.partition("\0")
    if zero:
        return f"it holds zeros where text should be {_position(before)}"
    if mark := _MERGE_CONFLICT.search(text):
        return f"two versions of it were never brought together {_position(text[: mark.start()])}"
    return sanitize_line(str(failure))


def _position(before: str) -> str:
    """Return the line and column after `before`, in tomllib's words."""
    return f"(at line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))})"


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
