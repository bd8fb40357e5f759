"""The system's keyring, with a timeout for each call.

The package keyring is imported when it is used; the extra `gts-wizard[keyring]` installs it.
"""

from __future__ import annotations

import secrets
import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING, Generic, TypeVar

from gts_wizard.errors import (
    KeyringEntryMissing,
    KeyringFailed,
    KeyringLocked,
    KeyringMissing,
    KeyringNotInstalled,
    KeyringTimeout,
)
from gts_wizard.secret import KeyringRef, Secret
from gts_wizard.validation import is_token_syntax

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

SERVICE = "gts-wizard"

Result = TypeVar("Result")

_TIMEOUT_SECONDS = 2.5
# keyring recommends backends from priority 1; below are plain text files and the null backend.
_MIN_PRIORITY = 1


class SystemKeyring:
    """The keyring of this computer, which may be missing, locked or not responding.

    Every call returns or raises within three seconds.
    """

    def add(self, secret: Secret, owner: str) -> KeyringRef:
        """Store a secret in a new entry, which replaces no other.

        Args:
            secret: the secret.
            owner: the account or server it belongs to, which the keyring's own program shows.

        Returns:
            The reference to the entry.

        Raises:
            KeyringError: the secret can't be stored.
        """
        entry = _new_entry(owner)
        _TimedCall(
            lambda backend: _set(backend, entry, secret), lambda backend: _delete(backend, entry)
        )()
        return entry

    def probe(self) -> None:
        """Store a test entry and delete it again, to find out whether the keyring works.

        Raises:
            KeyringError: the keyring does not work.
        """
        entry = _new_entry("a trial")
        _TimedCall(
            lambda backend: _probe(backend, entry), lambda backend: _delete(backend, entry)
        )()

    def get(self, entry: KeyringRef) -> Secret:
        """Return the secret of an entry.

        Raises:
            KeyringEntryMissing: there is no such entry any more, or its text can't be a secret.
            KeyringError: the entry can't be read.
        """
        text = _TimedCall(lambda backend: backend.get_password(SERVICE, entry.name))()
        if text is None or not is_token_syntax(text):
            raise KeyringEntryMissing(name=entry.name.rpartition(" ")[0])
        return Secret(text)

    def delete(self, entry: KeyringRef) -> None:
        """Delete an entry; it is no error if it does not exist.

        Raises:
            KeyringError: the entry can't be deleted.
        """
        _TimedCall(lambda backend: _delete(backend, entry))()


class _TimedCall(Generic[Result]):
    """One call to the keyring with a timeout, in a daemon thread: the call itself can't be stopped.

    Args:
        work: makes the call.
        undo: reverses the call if it succeeds after the timeout.
    """

    def __init__(
        self,
        work: Callable[[KeyringBackend], Result],
        undo: Callable[[KeyringBackend], object] = lambda _: None,
    ) -> None:
        self._work = work
        self._undo = undo
        self._lock = threading.Lock()
        self._results: list[Result] = []
        self._errors: list[Exception] = []
        self._timed_out = False

    def __call__(self) -> Result:
        if find_spec("keyring") is None:
            raise KeyringNotInstalled
        thread = threading.Thread(target=self._run, name="keyring call", daemon=True)
        thread.start()
        thread.join(_TIMEOUT_SECONDS)
        with self._lock:
            if self._results:
                return self._results[0]
            self._timed_out = True
        raise _to_wizard_error(self._errors[0]) if self._errors else KeyringTimeout()

    def _run(self) -> None:
        try:
            backend = _backend()
            result = self._work(backend)
            with self._lock:
                if not self._timed_out:
                    self._results.append(result)
                    return
            self._undo(backend)
        except Exception as error:  # noqa: BLE001 - a third-party backend may raise anything
            self._errors.append(error)


def _backend() -> KeyringBackend:
    """Return the keyring backend.

    Raises:
        KeyringMissing: there is none that stores secrets safely.
    """
    import keyring  # noqa: PLC0415 - it searches for backends, and may hang
    from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415

    backend = keyring.get_keyring()
    if isinstance(backend, ChainerBackend):
        # If the first backend fails, the chainer silently uses the next, down to plain files.
        backend = backend.backends[0]
    if backend.priority < _MIN_PRIORITY:
        raise KeyringMissing(details=f"{type(backend).__module__}.{type(backend).__name__}")
    return backend


def _new_entry(owner: str) -> KeyringRef:
    return KeyringRef(f"{owner} {secrets.token_hex(4)}")


def _set(backend: KeyringBackend, entry: KeyringRef, secret: Secret) -> None:
    backend.set_password(SERVICE, entry.name, secret.reveal())


def _probe(backend: KeyringBackend, entry: KeyringRef) -> None:
    _set(backend, entry, Secret("nothing secret"))
    _delete(backend, entry)


def _delete(backend: KeyringBackend, entry: KeyringRef) -> None:
    if backend.get_password(SERVICE, entry.name) is not None:
        backend.delete_password(SERVICE, entry.name)


def _to_wizard_error(error: Exception) -> Exception:
    """Return the wizard's error for a backend's, without its message, which may hold a secret."""
    from keyring import errors  # noqa: PLC0415

    details = type(error).__name__
    match error:
        case KeyringMissing():
            return error
        case errors.NoKeyringError() | errors.InitError():
            return KeyringMissing(details=details)
        case errors.KeyringLocked():
            return KeyringLocked(details=details)
        case _:
            return KeyringFailed(details=details)
