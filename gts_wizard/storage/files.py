"""Reads the credentials file: symbolic links, contents, TOML."""

import codecs
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tomli

from gts_wizard.errors import FileUnreadable, InvalidFile
from gts_wizard.sanitize import sanitize_line
from gts_wizard.storage.access import Warn, open_readable
from gts_wizard.storage.limits import TooComplex, check_complexity

Document = dict[str, Any]
MAX_FILE_BYTES = 8 * 1024 * 1024
"""The maximum size of a file that is read; a larger one is not written either."""
# The conflict markers that git and other version control systems write into a file.
_MERGE_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.MULTILINE)


def os_error_text(error: OSError) -> str:
    """Return the operating system's message for an error, without file names or file contents."""
    return os.strerror(error.errno).lower() if error.errno else "unknown error"


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


def _check_link(link: Path) -> None:
    try:
        link.stat()
    except FileNotFoundError:
        reason = "a symbolic link leads nowhere"
        raise FileUnreadable(path=str(link), reason=reason) from None


def read_file(path: Path, warn: Warn) -> bytes | None:
    """Return the contents of the file, or None if there is no file.

    Args:
        path: the file, with symbolic links resolved.
        warn: called when group or others had permissions.

    Raises:
        FileUnreadable: it is not a regular file, or can't be read.
        FileOfAnotherUser: it belongs to another user.
        InvalidFile: it is larger than `MAX_FILE_BYTES`.
    """
    try:
        descriptor = open_readable(path, warn)
        try:
            return read_to_end(descriptor, path)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=os_error_text(error)) from None


def read_to_end(descriptor: int, path: Path, wait: Callable[[], object] = lambda: None) -> bytes:
    """Return what an open file holds from here on.

    Args:
        descriptor: the open file.
        path: the file, for error messages.
        wait: called before each read, which may block otherwise.

    Raises:
        InvalidFile: that is more than `MAX_FILE_BYTES`.
        OSError: it can't be read.
    """
    # The file may be growing: reading one byte more than allowed shows that.
    chunks: list[bytes] = []
    bytes_left = MAX_FILE_BYTES + 1
    while bytes_left:
        wait()
        chunk = os.read(descriptor, bytes_left)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        bytes_left -= len(chunk)
    raise InvalidFile(path=str(path), reason="it is far too large")


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
        reason = f"it isn't UTF-8 text {_position(body[: error.start].decode())}"
    except (TooComplex, tomli.TOMLDecodeError) as error:
        reason = _parse_error(text, error)
    # Raised outside the except blocks: a chained exception would hold the text of the file.
    raise InvalidFile(path=str(path), reason=reason)


def _parse_error(text: str, error: Exception) -> str:
    """Return why a text can't be parsed: a known cause, or else the parser's message."""
    before, null, _ = text.partition("\0")
    if null:
        return f"it has zeros where text should be {_position(before)}"
    if marker := _MERGE_CONFLICT.search(text):
        return f"two versions of it were never merged {_position(text[: marker.start()])}"
    return sanitize_line(str(error))


def _position(before: str) -> str:
    """Return the line and column after `before`, formatted as in tomli's messages."""
    return f"(at line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))})"
