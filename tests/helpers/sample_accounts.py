"""Accounts, registrations and pending sign-ins to save, made with few words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.models import (
    Account,
    ClientRegistration,
    PendingSignIn,
    ReplacedToken,
    Server,
    Token,
    WizardStep,
)
from gts_wizard.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from gts_wizard.credentials import Credentials

NOW = datetime(2026, 5, 1, 12, 30, 15, 123456, UTC)
SERVER = Server("https://example.org", "example.org", "An instance", "gotosocial", "0.20.0")
TOKEN = "NZK1ZJLHMZITMJDIYS0ZN2Q4LWFJMZCTNJUXYMYXZDY3MJE5"


def make_account(username: str = "alice", token: str = TOKEN, server: Server = SERVER) -> Account:
    return Account(
        server=server,
        id=f"01-{username}",
        username=username,
        display_name=username.title(),
        token=Token(Secret(token), ("read",), NOW),
        client_id="01CLIENT",
        verified_at=NOW,
    )


def make_registration(client_id: str = "01CLIENT") -> ClientRegistration:
    return ClientRegistration(
        SERVER.origin, client_id, Secret("client-secret"), ("read", "write"), NOW
    )


def make_pending(state: str = "state-1", token: str = "") -> PendingSignIn:
    return PendingSignIn(
        state=state,
        server=SERVER,
        step=WizardStep.CODE,
        started_at=NOW,
        username="alice",
        scopes=("read",),
        client_id="01CLIENT",
        token=Token(Secret(token), ("read",), NOW) if token else None,
    )


def make_replaced(token: str = "R" * 48) -> ReplacedToken:
    return ReplacedToken(
        "@alice@example.org", SERVER, "01CLIENT", Token(Secret(token), ("read",), NOW)
    )


def add_account(username: str = "alice") -> Callable[[Credentials], Credentials]:
    """Return the change that adds an account."""
    return lambda credentials: credentials.with_account(make_account(username))


def add_one_of_each(credentials: Credentials) -> Credentials:
    """Add an account, its registration, a pending sign-in with a token, and a replaced token."""
    credentials = credentials.with_account(make_account()).with_registration(make_registration())
    credentials = credentials.with_replaced(make_replaced())
    return credentials.with_pending(make_pending(token=TOKEN))
