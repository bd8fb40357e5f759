"""Reads credentials that come through a pipe: to its end, in time, and once a process.

`GTS_WIZARD_CREDENTIALS=<(sops -d credentials.toml)` names one, as a file that this process was
started with; so does /dev/stdin, and a named pipe is one, too. What was read is gone from a pipe,
so every store of this process shares it.
"""

import errno
import os
import select
from pathlib import Path
from threading import Lock
from time import monotonic

from gts_wizard.errors import FileError, FileUnreadable
from gts_wizard.storage.access import check_owner, check_type, is_descriptor
from gts_wizard.storage.files import os_error_text, read_to_end

_SECONDS = 30.0
"""How long a program may take that decrypts what it writes, perhaps with a key from the network."""
_OPEN_PIPE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
_lock = Lock()
# By device and inode: /dev/stdin and /dev/fd/0 are the same pipe.
_outcomes: dict[tuple[int, int], bytes | FileError] = {}


def read_pipe(path: Path) -> bytes:
    """Return what has come through a pipe; the first call waits for its end.

    Args:
        path: a path for which `is_pipe` is true.

    Raises:
        FileUnreadable: it is not open or not a pipe, nothing came, or the end did not come in time.
        FileOfAnotherUser: it is a named pipe of another user.
        InvalidFile: more came than `MAX_FILE_BYTES`.
    """
    try:
        with _lock:
            outcome = _read_once(path)
    except OSError as error:
        is_closed = error.errno == errno.EBADF
        reason = "no file is open under that number" if is_closed else os_error_text(error)
        raise FileUnreadable(path=str(path), reason=reason) from None
    if isinstance(outcome, FileError):
        raise outcome.with_traceback(None)
    return outcome


def _read_once(path: Path) -> bytes | FileError:
    is_inherited = is_descriptor(path)
    # Opening a named pipe and closing it again would break it for the program that writes.
    status = os.fstat(_number(path)) if is_inherited else path.lstat()
    check_type(status, path, may_be_pipe=True)
    if not is_inherited:
        check_owner(status, path)
    key = (status.st_dev, status.st_ino)
    if key not in _outcomes:
        # Opening /dev/stdin anew fails where another user made the pipe, as before `su`.
        descriptor = os.dup(_number(path)) if is_inherited else os.open(path, _OPEN_PIPE)
        try:
            _outcomes[key] = _read(descriptor, path)
        except FileError as error:
            _outcomes[key] = error
        except OSError as error:
            # What was read so far is gone.
            _outcomes[key] = FileUnreadable(path=str(path), reason=os_error_text(error))
        finally:
            os.close(descriptor)
    return _outcomes[key]


def _number(path: Path) -> int:
    return 0 if path.name == "stdin" else int(path.name)


def _read(descriptor: int, path: Path) -> bytes:
    deadline = monotonic() + _SECONDS
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)

    def wait() -> None:
        if not poller.poll(max(0, deadline - monotonic()) * 1000):
            reason = f"it didn't end within {_SECONDS:.0f} seconds"
            raise FileUnreadable(path=str(path), reason=reason)

    body = read_to_end(descriptor, path, wait)
    if not body:
        reason = "it is empty: whatever writes it may have failed, or something else has read it"
        raise FileUnreadable(path=str(path), reason=reason)
    return body
