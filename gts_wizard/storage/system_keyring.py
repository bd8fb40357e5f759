"""The system's keyring, for secrets that a person does not want in a file.

The store comes in; only the keyring is touched. It alone imports keyring, which the extra
`gts-wizard[keyring]` brings.
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

Answer = TypeVar("Answer")

_TIMEOUT_SECONDS = 2.5
# keyring's own measure: below it stand files in plain text, and what keeps nothing at all.
_MIN_PRIORITY = 1


class SystemKeyring:
    """The keyring of this computer, which may be missing, locked or silent.

    Every call ends within three seconds.
    """

    def add(self, secret: Secret, owner: str) -> KeyringRef:
        """Keep a secret, in an entry of its own that replaces no other.

        Args:
            secret: what is kept.
            owner: whose it is, which people see when they open their keyring.

        Raises:
            KeyringError: the keyring does not keep it.
        """
        entry = _entry(owner)
        _TimedCall(
            lambda backend: _put(backend, entry, secret), lambda backend: _delete(backend, entry)
        )()
        return entry

    def probe(self) -> None:
        """Let the keyring keep something for a moment, so that secrets can be promised to it.

        Raises:
            KeyringError: it would not keep a secret.
        """
        entry = _entry("a trial")
        _TimedCall(
            lambda backend: _probe(backend, entry), lambda backend: _delete(backend, entry)
        )()

    def get(self, entry: KeyringRef) -> Secret:
        """Return a secret that was kept.

        Raises:
            KeyringEntryMissing: it is not there any more, or is something else.
            KeyringError: the keyring does not give it.
        """
        text = _TimedCall(lambda backend: backend.get_password(SERVICE, entry.name))()
        if text is None or not is_token_syntax(text):
            raise KeyringEntryMissing(name=entry.name.rpartition(" ")[0])
        return Secret(text)

    def delete(self, entry: KeyringRef) -> None:
        """Take a secret out; one that is not there any more is no failure.

        Raises:
            KeyringError: the keyring does not let it.
        """
        _TimedCall(lambda backend: _delete(backend, entry))()


class _TimedCall(Generic[Answer]):
    """One call to the keyring, in a thread that can be left behind: a call can't be stopped.

    Args:
        work: what is asked.
        undo: what takes it back if it is done after all, once nobody waits for it.
    """

    def __init__(
        self,
        work: Callable[[KeyringBackend], Answer],
        undo: Callable[[KeyringBackend], object] = lambda _: None,
    ) -> None:
        self._work = work
        self._undo = undo
        self._lock = threading.Lock()
        self._answers: list[Answer] = []
        self._failures: list[Exception] = []
        self._timed_out = False

    def __call__(self) -> Answer:
        if find_spec("keyring") is None:
            raise KeyringNotInstalled
        thread = threading.Thread(target=self._run, name="asking the keyring", daemon=True)
        thread.start()
        thread.join(_TIMEOUT_SECONDS)
        with self._lock:
            if self._answers:
                return self._answers[0]
            self._timed_out = True
        raise _named(self._failures[0]) if self._failures else KeyringTimeout()

    def _run(self) -> None:
        try:
            backend = _backend()
            answer = self._work(backend)
            with self._lock:
                if not self._timed_out:
                    self._answers.append(answer)
                    return
            self._undo(backend)
        except Exception as failure:  # noqa: BLE001 - a backend is a stranger's code
            self._failures.append(failure)


def _backend() -> KeyringBackend:
    """Return the keyring that secrets can be trusted to.

    Raises:
        KeyringMissing: there is none; one that keeps them in the open is none.
    """
    import keyring  # noqa: PLC0415 - it looks for its backends, and may hang
    from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415

    backend = keyring.get_keyring()
    if isinstance(backend, ChainerBackend):
        # It would go on to the next one, and in the end to a file, without a word.
        backend = backend.backends[0]
    if backend.priority < _MIN_PRIORITY:
        raise KeyringMissing(details=f"{type(backend).__module__}.{type(backend).__name__}")
    return backend


def _entry(owner: str) -> KeyringRef:
    return KeyringRef(f"{owner} {secrets.token_hex(4)}")


def _put(backend: KeyringBackend, entry: KeyringRef, secret: Secret) -> None:
    backend.set_password(SERVICE, entry.name, secret.reveal())


def _probe(backend: KeyringBackend, entry: KeyringRef) -> None:
    _put(backend, entry, Secret("nothing secret"))
    _delete(backend, entry)


def _delete(backend: KeyringBackend, entry: KeyringRef) -> None:
    if backend.get_password(SERVICE, entry.name) is not None:
        backend.delete_password(SERVICE, entry.name)


def _named(failure: Exception) -> Exception:
    """Return a failure in the wizard's words, without the backend's, which may repeat a secret."""
    from keyring import errors  # noqa: PLC0415

    details = type(failure).__name__
    match failure:
        case KeyringMissing():
            return failure
        case errors.NoKeyringError() | errors.InitError():
            return KeyringMissing(details=details)
        case errors.KeyringLocked():
            return KeyringLocked(details=details)
        case _:
            return KeyringFailed(details=details)
