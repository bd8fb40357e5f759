"""A keyring in one file that can fail: a desktop's keyring as the wizard sees it.

`PYTHON_KEYRING_BACKEND` names it to real processes, and the environment says where its file is.
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from gts_wizard.storage import system_keyring

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

_BACKEND = "tests.helpers.fake_keyring.FakeKeyring"
_FILE_VARIABLE = "TEST_KEYRING_FILE"


class FakeKeyring(KeyringBackend):
    """Keeps entries in a file; its failure mode is in a file beside it."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.path = Path(os.environ[_FILE_VARIABLE])
        self.gate = threading.Event()

    @property
    def entries(self) -> dict[str, str]:
        """What is kept, by the names of the entries."""
        if not self.path.exists():
            return {}
        kept: dict[str, str] = json.loads(self.path.read_text("utf-8"))
        return kept

    @property
    def failure_mode(self) -> Path:
        """The file that says `locked`, `broken` or `silent`; without it all is well."""
        return self.path.with_suffix(".failure-mode")

    def get_password(self, service: str, username: str) -> str | None:
        """Give an entry."""
        self._fail_if_told()
        assert service == "gts-wizard"
        return self.entries.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep an entry."""
        self._fail_if_told()
        assert service == "gts-wizard"
        self.path.write_text(json.dumps({**self.entries, username: password}), "utf-8")

    def delete_password(self, service: str, username: str) -> None:  # noqa: ARG002
        """Take an entry out."""
        self._fail_if_told()
        entries = self.entries
        if entries.pop(username, None) is None:
            raise PasswordDeleteError("no such entry")
        self.path.write_text(json.dumps(entries), "utf-8")

    def _fail_if_told(self) -> None:
        match self.failure_mode.read_text("utf-8") if self.failure_mode.exists() else "":
            case "locked":
                raise KeyringLocked("it is locked")
            case "broken":
                raise RuntimeError("what a backend may say, a secret included")
            case "silent":
                self.gate.wait()


def process_variables(file: Path) -> dict[str, str]:
    """Return the environment variables that make a process use a fake keyring in a file."""
    return {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHON_KEYRING_BACKEND": _BACKEND,
        _FILE_VARIABLE: str(file),
    }


@contextmanager
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKeyring]:
    """Make a fake keyring this process's own for a while; silent calls to it end then."""
    monkeypatch.setenv(_FILE_VARIABLE, str(folder / "keyring.json"))
    before = keyring.get_keyring()
    fake_keyring = FakeKeyring()
    keyring.set_keyring(fake_keyring)
    try:
        yield fake_keyring
    finally:
        fake_keyring.gate.set()
        keyring.set_keyring(before)


@contextmanager
def short_timeout() -> Iterator[None]:
    """Wait for a keyring that is silent only as long as a test may; a busy one would need more."""
    with mock.patch.object(system_keyring, "_TIMEOUT_SECONDS", 0.3):
        yield
