"""The system's keyring: what is kept there, and what becomes of one that does not work."""

from __future__ import annotations

import json
import sys
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING, cast

import keyring
import pytest
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend

from gts_wizard.errors import (
    KeyringEntryMissing,
    KeyringError,
    KeyringFailed,
    KeyringLocked,
    KeyringMissing,
    KeyringNotInstalled,
    KeyringTimeout,
)
from gts_wizard.secret import Secret
from gts_wizard.storage.system_keyring import SystemKeyring
from tests.helpers.fake_keyring import FakeKeyring, short_timeout
from tests.helpers.sample_accounts import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

_ALICE = "@alice@example.org"


def test_secret_is_kept_returned_and_dropped(fake_keyring: FakeKeyring) -> None:
    system = SystemKeyring()
    entry = system.add(Secret(TOKEN), _ALICE)
    assert fake_keyring.entries == {entry.name: TOKEN}
    assert entry.name.startswith(f"{_ALICE} ")
    assert system.get(entry) == Secret(TOKEN)
    system.delete(entry)
    assert fake_keyring.entries == {}
    system.delete(entry)


def test_secrets_of_the_same_owner_get_entries_of_their_own(fake_keyring: FakeKeyring) -> None:
    system = SystemKeyring()
    entries = [system.add(Secret(secret), _ALICE) for secret in ("first", "second")]
    assert [system.get(entry).reveal() for entry in entries] == ["first", "second"]
    assert len(fake_keyring.entries) == 2


def test_trial_leaves_nothing_in_the_keyring(fake_keyring: FakeKeyring) -> None:
    SystemKeyring().probe()
    assert fake_keyring.path.exists()
    assert fake_keyring.entries == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "error"),
    [("locked", KeyringLocked), ("broken", KeyringFailed), ("silent", KeyringTimeout)],
)
def test_keyring_that_fails_is_reported_without_its_words(
    fake_keyring: FakeKeyring, mode: str, error: type[KeyringError]
) -> None:
    system = SystemKeyring()
    entry = system.add(Secret(TOKEN), _ALICE)
    fake_keyring.failure_mode.write_text(mode, "utf-8")
    for call in (
        lambda: system.add(Secret(TOKEN), _ALICE),
        lambda: system.get(entry),
        lambda: system.delete(entry),
        system.probe,
    ):
        timeout = short_timeout() if mode == "silent" else nullcontext()
        with timeout, pytest.raises(error) as failure:
            call()
        assert TOKEN not in f"{failure.value!r} {failure.value}"
        assert "what a backend may say" not in f"{failure.value!r} {failure.value}"
        assert failure.value.__cause__ is None
        assert failure.value.__context__ is None
    fake_keyring.failure_mode.unlink()
    assert fake_keyring.entries == {entry.name: TOKEN}


def test_secret_kept_after_the_timeout_is_taken_out_again(fake_keyring: FakeKeyring) -> None:
    fake_keyring.failure_mode.write_text("silent", "utf-8")
    with short_timeout(), pytest.raises(KeyringTimeout):
        SystemKeyring().add(Secret(TOKEN), _ALICE)
    waiting = [thread for thread in threading.enumerate() if thread.name == "keyring call"]
    fake_keyring.failure_mode.unlink()
    fake_keyring.gate.set()
    for thread in waiting:
        thread.join(30)
    assert len(waiting) > 0
    assert fake_keyring.path.exists()
    assert fake_keyring.entries == {}


def test_entry_that_is_gone_is_reported_with_its_owner(fake_keyring: FakeKeyring) -> None:
    entry = SystemKeyring().add(Secret(TOKEN), _ALICE)
    fake_keyring.path.write_text("{}", "utf-8")
    with pytest.raises(KeyringEntryMissing, match=f"no longer has the secrets of {_ALICE}"):
        SystemKeyring().get(entry)


@pytest.mark.parametrize(
    "damage",
    ["", "two\nlines", "a space", "wide letters: é", "\r\nX-Evil: 1", "nul\0", "x" * 5000],
    ids=["empty", "line break", "space", "not ASCII", "header", "nul", "too long"],
)
def test_damaged_entry_is_not_given_as_a_secret(fake_keyring: FakeKeyring, damage: str) -> None:
    entry = SystemKeyring().add(Secret(TOKEN), _ALICE)
    damaged = damage and TOKEN + damage
    fake_keyring.path.write_text(json.dumps({entry.name: damaged}), "utf-8")
    with pytest.raises(
        KeyringEntryMissing, match=f"no longer has the secrets of {_ALICE}"
    ) as failure:
        SystemKeyring().get(entry)
    assert TOKEN not in f"{failure.value!r}{failure.value}"


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring], ids=["failing", "null"])
def test_backend_that_keeps_nothing_gets_no_secret(
    fake_keyring: FakeKeyring, backend: Callable[[], KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    with pytest.raises(KeyringMissing):
        SystemKeyring().add(Secret(TOKEN), _ALICE)
    assert fake_keyring.entries == {}


def test_only_the_first_of_several_backends_is_used(
    fake_keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps_nothing = cast("Callable[[], KeyringBackend]", null.Keyring)()
    monkeypatch.setattr(ChainerBackend, "backends", [keeps_nothing, fake_keyring])
    keyring.set_keyring(cast("Callable[[], KeyringBackend]", ChainerBackend)())
    with pytest.raises(KeyringMissing):
        SystemKeyring().add(Secret(TOKEN), _ALICE)
    assert fake_keyring.entries == {}
    monkeypatch.setattr(ChainerBackend, "backends", [fake_keyring, keeps_nothing])
    SystemKeyring().add(Secret(TOKEN), _ALICE)
    assert [*fake_keyring.entries.values()] == [TOKEN]


def test_missing_package_is_reported_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(KeyringNotInstalled, match=rf"{sys.executable} -m pip install keyring$"):
        SystemKeyring().add(Secret(TOKEN), _ALICE)
