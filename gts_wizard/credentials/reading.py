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
        size = path.stat().st_size
        if size > _LARGEST_FILE:
            raise FileNotUnderstood(path=str(path), reason="it is far too large")
        # A byte order mark is what some editors put before UTF-8.
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except OSError as failure:
        reason = os.strerror(failure.errno) if failure.errno else "unknown trouble"
        raise FileUnreadable(path=str(path), reason=reason.lower()) from None
    except UnicodeDecodeError:
        raise FileNotUnderstood(path=str(path), reason="it is not text in UTF-8") from None
    return _parse(text, path)


def _parse(text: str, path: Path) -> Document:
    reason = "it is nested too deeply"
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as failure:
        reason = one_line(str(failure))
    except (RecursionError, ValueError):
        pass
    # Raised out here so that no exception that holds the file's text is chained to it.
    raise FileNotUnderstood(path=str(path), reason=reason)
