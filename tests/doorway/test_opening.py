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
from tests.helpers.client_harness import BEARER, Request, open_saved_account, save_account
from tests.helpers.fake_keyring import installed
from tests.helpers.raw_responses import respond
from tests.helpers.raw_server import RawServer, tls_context
from tests.helpers.sample_accounts import make_account
from tests.helpers.samples import TOKEN
from tests.helpers.subprocess_cli import sign_in

if TYPE_CHECKING:
    from pathlib import Path

    import trustme

_VERIFY = "/api/v1/accounts/verify_credentials"


async def test_an_account_is_found_as_the_commands_find_it(
    credentials_path: Path, ask: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PracticeInstance() as practice:
        for name in ("alice", "bob"):
            await sign_in(credentials_path, practice, f"{name}@example.org")
        monkeypatch.setenv("GTS_WIZARD_CREDENTIALS", str(credentials_path))
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


def test_an_account_that_is_not_there_is_told(
    credentials_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoAccount, match="not signed in to any account"):
        open_account(credentials=credentials_path)
    save_account(credentials_path, "https://example.org")
    with pytest.raises(UnknownAccount, match="carol"):
        open_account("carol", credentials=credentials_path)
    monkeypatch.setenv("GTS_WIZARD_ACCOUNT", "dora")
    with pytest.raises(UnknownAccount, match=r"dora here\. GTS_WIZARD_ACCOUNT names it\."):
        open_account(credentials=credentials_path)


async def test_a_token_in_the_keyring_is_fetched(
    credentials_path: Path, ask: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RawServer(respond(200)) as home:
        save_account(credentials_path, home.origin)
        with installed(credentials_path.parent, monkeypatch) as fake_keyring:
            Store(credentials_path).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
            assert TOKEN not in credentials_path.read_text("utf-8")
            await ask(open_account(credentials=credentials_path), "/thing")
            assert BEARER in home.received
            fake_keyring.failure_mode.write_text("locked")
            with pytest.raises(KeyringLocked):
                open_account(credentials=credentials_path)


@pytest.mark.parametrize("origin", ["https://example", "https://-example.org", "https://[::]"])
def test_an_address_that_must_not_have_the_token_is_refused(
    credentials_path: Path, origin: str
) -> None:
    with pytest.raises(NotAnInstance) as caught:
        open_saved_account(credentials_path, origin)
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
    credentials_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    with installed(credentials_path.parent, monkeypatch) as fake_keyring:
        save_account(credentials_path, "https://example.org")
        Store(credentials_path).change(lambda kept: kept.with_all_secrets_in(Place.KEYRING))
        damaged = dict.fromkeys(fake_keyring.entries, TOKEN + damage)
        fake_keyring.path.write_text(json.dumps(damaged), "utf-8")
        with pytest.raises(KeyringLacks) as caught:
            open_account(credentials=credentials_path)
    assert TOKEN not in f"{caught.value!r}{caught.value}"


def test_a_file_that_is_not_understood_is_told(credentials_path: Path) -> None:
    credentials_path.parent.mkdir(parents=True)
    credentials_path.write_text(f'token = "{TOKEN}"\nbroken\n')
    with pytest.raises(FileNotUnderstood) as caught:
        open_account(credentials=credentials_path)
    assert TOKEN not in f"{caught.value!r}{caught.value}"
    assert isinstance(caught.value, WizardError)


def test_what_was_mended_is_logged(
    credentials_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save_account(credentials_path, "https://example.org")
    credentials_path.chmod(0o644)
    open_account(credentials=credentials_path)
    (told,) = caplog.records
    assert (told.name, told.levelno) == ("gts_wizard", logging.WARNING)
    assert str(credentials_path) in told.getMessage()


async def test_a_proxy_is_used_for_other_computers_alone(
    credentials_path: Path, ask: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RawServer(respond(200)) as home, RawServer(respond(502)) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.origin)
        assert (
            await ask(open_saved_account(credentials_path, home.origin), "/thing")
        ).status_code == 200
        assert proxy.received_requests == []
        with pytest.raises(httpx.ProxyError, match="502"):
            await ask(open_saved_account(credentials_path, "https://example.org"), "/thing")
        assert b"CONNECT example.org:443" in proxy.received
        assert BEARER not in proxy.received


async def test_certificates_are_the_systems(
    credentials_path: Path, ask: Request, trusted: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = tls_context(trusted.issue_cert("127.0.0.1"))
    async with RawServer(respond(200), tls=certificate) as home:
        account = open_saved_account(credentials_path, home.origin)
        assert (await ask(account, "/thing")).status_code == 200
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await ask(account, "/thing")
        assert len(home.received_requests) == 1
