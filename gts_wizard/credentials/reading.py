"""Reads the credentials file into a TOML document. Touches the file, changes nothing."""

import os
import tomllib
from pathlib import Path
from typing import Any

from gts_wizard.errors import FileNotUnderstood, FileUnreadable
from gts_wizard.text import one_line

Document = dict[str, Any]

_LARGEST_FILE = 8 * 1024 * 1024


def read_document(path: Path) -> Document:
    """Return what the file says; only where there is no file, that is nothing.

    Raises:
        FileUnreadable: the operating system does not let it be read.
        FileNotUnderstood: it is not UTF-8, not TOML, or far too large.
    """
    try:
        body = _read(path)
    except FileNotFoundError:
        return {}
    except OSError as failure:
        reason = os.strerror(failure.errno) if failure.errno else "unknown trouble"
        raise FileUnreadable(path=str(path), reason=reason.lower()) from None
    if len(body) > _LARGEST_FILE:
        raise FileNotUnderstood(path=str(path), reason="it is far too large")
    return _parse(body, path)


def _read(path: Path) -> bytes:
    # One byte more than allowed tells that it is too large, of a device without an end too.
    with path.open("rb") as file:
        return file.read(_LARGEST_FILE + 1)


def _parse(body: bytes, path: Path) -> Document:
    try:
        # A byte order mark is what some editors put before UTF-8.
        return tomllib.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        reason = "it is not text in UTF-8"
    except tomllib.TOMLDecodeError as failure:
        reason = one_line(str(failure))
    except RecursionError:
        reason = "it is nested too deeply"
    except ValueError:
        reason = "it holds a number that is far too long"
    # Raised out here so that no exception that holds the file's text is chained to it.
    raise FileNotUnderstood(path=str(path), reason=reason)
