"""Reads the credentials file into a TOML document. Touches the file, changes only who may."""

import codecs
import os
import re
import tomllib
from pathlib import Path
from typing import Any

from gts_wizard.errors import FileUnreadable, InvalidFile
from gts_wizard.sanitize import sanitize_line
from gts_wizard.storage.files import Warn, open_owned, os_error_text
from gts_wizard.storage.limits import TooComplex, check_complexity

Document = dict[str, Any]

MAX_FILE_BYTES = 8 * 1024 * 1024
"""The most bytes that are read, and so the most that are written."""

# What git and its like leave where two versions of a file could not be brought together.
_MERGE_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.MULTILINE)


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
