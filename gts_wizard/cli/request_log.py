"""Where the lines of the request log go, which --verbose or GTS_WIZARD_DEBUG turns on."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gts_wizard.cli.output import print_error
from gts_wizard.errors import LogNotWritten

if TYPE_CHECKING:
    from collections.abc import Callable

_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def request_log(
    print_line: Callable[[str], None] = print_error, *, verbose: bool
) -> Callable[[str], None] | None:
    """Return what takes the lines of the request log; None where it is not turned on.

    Args:
        print_line: takes the lines where `GTS_WIZARD_DEBUG` names no file.
        verbose: whether `--verbose` was given.

    Raises:
        LogNotWritten: the file that `GTS_WIZARD_DEBUG` names can't be written.
    """
    setting = os.environ.get("GTS_WIZARD_DEBUG", "")
    if "/" in setting:
        try:
            path = Path(setting).expanduser()
            _append(path, "")
        except RuntimeError:
            reason = "there is no such home directory"
            raise LogNotWritten(path=setting, reason=reason) from None
        except OSError as error:
            raise LogNotWritten(path=setting, reason=f"{error.strerror}".lower()) from None
        return _unfailing(lambda line: _append(path, f"{line}\n"))
    return _unfailing(print_line) if verbose or setting not in {"", "0"} else None


def _unfailing(write: Callable[[str], None]) -> Callable[[str], None]:
    """Return a function that writes if it can: no request fails because of its line."""

    def write_if_possible(line: str) -> None:
        with suppress(OSError):
            write(line)

    return write_if_possible


def _append(path: Path, text: str) -> None:
    """Append to a file of the user's own, which is created with mode 0600 if there is none."""
    descriptor = os.open(path, _APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "it is not a file of your own")
        file.write(text)
