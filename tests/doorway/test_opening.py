"""Which account is opened, and what is told when it can't be."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import httpx
import pytest

from gts_wizard import open_account
from gts_wizard.credentials.store import Store
from gts_wizard.errors import (
    AccessEnded,
    AmbiguousAccount,
    FileNotUnderstood,
    KeyringLacks,
    KeyringLocked,
    NoAccount,
    NotAnInstance,
    UnknownAccount,
    WizardError,
)
from gts_wizard.practice import PracticeInstance
from gts_wizard.secret import Place, Secret
from gts_wizard.server.bound import bind
from tests.cli.running import sign_in
from tests.credentials.builders import make_account
from tests.credentials.vault import installed
from tests.doorway.asking import BEARER, Asking, keep, opened
from tests.server.conftest import speaking_tls
from tests.server.hostile import Hostile
from tests.server.papers import TOKEN
from tests.server.scripts import says

if TYPE_CHECKING:
    from pathlib import Path

    import trustme

_VERIFY = "/api/v1/accounts/verify_credentials"


async def test_an_account_is_found_as_the_commands_find_it(
    shelf: Path, ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PracticeInstance() as practice:
        for name in ("alice", "bob"):
            await sign_in(shelf, practice, f"{name}@example.org")
        monkeypatch.setenv("GTS_WIZARD_CREDENTIALS", str(shelf))
        for named, chosen, who in [
            ("", "", "alice"),
            ("bob", "", "bob"),
            (f"@BOB@{practice.address}", "", "bob"),
            ("", "bob", "bob"),
            ("alice", "bob", "alice"),
        ]:
            monkeypatch.setenv("GTS_WIZARD_ACCOUNT", chosen)
            account = open_account(named)
            assert account.account.handle == f"@{who}@{practice.address}"
            assert (account.account.origin, account.account.scopes) == (practice.origin, ("read",))
            assert (await ask(account, _VERIFY)).json()["username"] == who
        with pytest.raises(AmbiguousAccount) as several:
            open_account(practice.address)
        assert f"@alice@{practice.address}, @bob@{practice.address}" in str(several.value)


def test_an_account_that_is_not_there_is_told(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoAccount, match="not signed in to any account"):
        open_account(credentials=shelf)
    keep(shelf, "https://example.org")
    with pytest.raises(UnknownAccount, match="carol"):
        open_account("carol", credentials=shelf)
    monkeypatch.setenv("GTS_WIZARD_ACCOUNT", "dora")
    with pytest.raises(UnknownAccount, match=r"dora here\. GTS_WIZARD_ACCOUNT names it\."):
        open_account(credentials=shelf)


async def test_a_token_in_the_keyring_is_fetched(
    shelf: Path, ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Hostile(says(200)) as home:
        keep(shelf, home.origin)
        with installed(shelf.parent, monkeypatch) as vault:
            Store(shelf).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
            assert TOKEN not in shelf.read_text("utf-8")
            await ask(open_account(credentials=shelf), "/thing")
            assert BEARER in home.received
            vault.mood.write_text("locked")
            with pytest.raises(KeyringLocked):
                open_account(credentials=shelf)


@pytest.mark.parametrize("origin", ["https://example", "https://-example.org", "https://[::]"])
def test_an_address_that_must_not_have_the_token_is_refused(shelf: Path, origin: str) -> None:
    with pytest.raises(NotAnInstance) as caught:
        opened(shelf, origin)
    assert caught.value.details == "no https address"


damages = pytest.mark.parametrize("damage", ["\n", " ", "\r\nX-Evil: 1", "\x00", "é", "x" * 5000])


@damages
def test_a_damaged_token_is_told_before_it_is_sent(damage: str) -> None:
    with pytest.raises(AccessEnded) as caught:
        bind(make_account(), Secret(TOKEN + damage))
    assert caught.value.details == "the saved access is damaged"
    assert TOKEN not in f"{caught.value!r}{caught.value}"


@damages
def test_a_token_that_was_damaged_in_the_keyring_is_not_opened_with(
    shelf: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    with installed(shelf.parent, monkeypatch) as vault:
        keep(shelf, "https://example.org")
        Store(shelf).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
        damaged = dict.fromkeys(vault.entries, TOKEN + damage)
        vault.path.write_text(json.dumps(damaged), "utf-8")
        with pytest.raises(KeyringLacks) as caught:
            open_account(credentials=shelf)
    assert TOKEN not in f"{caught.value!r}{caught.value}"


def test_a_file_that_is_not_understood_is_told(shelf: Path) -> None:
    shelf.write_text(f'token = "{TOKEN}"\nbroken\n')
    with pytest.raises(FileNotUnderstood) as caught:
        open_account(credentials=shelf)
    assert TOKEN not in f"{caught.value!r}{caught.value}"
    assert isinstance(caught.value, WizardError)


def test_what_was_mended_is_logged(shelf: Path, caplog: pytest.LogCaptureFixture) -> None:
    keep(shelf, "https://example.org")
    shelf.chmod(0o644)
    open_account(credentials=shelf)
    (told,) = caplog.records
    assert (told.name, told.levelno) == ("gts_wizard", logging.WARNING)
    assert str(shelf) in told.getMessage()


async def test_a_proxy_is_used_for_other_computers_alone(
    shelf: Path, ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Hostile(says(200)) as home, Hostile(says(502)) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.origin)
        assert (await ask(opened(shelf, home.origin), "/thing")).status_code == 200
        assert proxy.visits == []
        with pytest.raises(httpx.ProxyError, match="502"):
            await ask(opened(shelf, "https://example.org"), "/thing")
        assert b"CONNECT example.org:443" in proxy.received
        assert BEARER not in proxy.received


async def test_certificates_are_the_systems(
    shelf: Path, ask: Asking, trusted: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = speaking_tls(trusted.issue_cert("127.0.0.1"))
    async with Hostile(says(200), tls=certificate) as home:
        account = opened(shelf, home.origin)
        assert (await ask(account, "/thing")).status_code == 200
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await ask(account, "/thing")
        assert len(home.visits) == 1
