"""Accounts with their secrets, as they are exported: examples, and a Hypothesis strategy."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from gts_wizard.formats.export_account import ExportAccount
from gts_wizard.formats.reader import ImportedAccount
from gts_wizard.models import Account, ClientCredentials, Server, Token
from gts_wizard.secret import KeyringRef, Secret

NOW = datetime(2026, 5, 1, 12, 30, 15, tzinfo=UTC)
TRICKS = ("'", '"', "\\", "`id`", "$(id)", "${HOME}", ";id", "#", "=ls", "~root", "\\n", "%n", "{}")

# What can be saved: visible ASCII, with shell and quoting tricks more often than by chance.
VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)
CREDENTIALS = VISIBLE | st.lists(st.sampled_from(TRICKS), min_size=1, max_size=9).map("".join)
USERNAMES = st.text(string.ascii_letters + string.digits + "_.-", min_size=1, max_size=30)
HOSTS = CREDENTIALS.map(lambda text: re.sub(r"[@/?#\\]", "", text) or "a")
ORIGINS = st.builds("{}://{}".format, st.sampled_from(["http", "https"]), HOSTS)


_DEFAULTS = {
    "origin": "https://example.org",
    "domain": "example.org",
    "client_id": "01CLIENT",
    "client_secret": "client-secret",
    "token": "alice-token",
}


def make_export_account(username: str = "alice", **changed: str) -> ExportAccount:
    """Return an account of example.org, with some texts changed."""
    texts = _DEFAULTS | changed
    account = Account(
        server=Server(texts["origin"], texts["domain"], "An instance", "gotosocial", "0.20.0"),
        id=f"01-{username}",
        username=username,
        display_name=username.title(),
        token=Token(KeyringRef("an entry"), ("read", "write"), NOW),
        client_id=texts["client_id"],
        verified_at=NOW,
    )
    client = ClientCredentials(texts["origin"], texts["client_id"], Secret(texts["client_secret"]))
    return ExportAccount(account, client, Secret(texts["token"]))


def without_client(exported: ExportAccount) -> ExportAccount:
    """Return an account whose token was not issued to the wizard."""
    return ExportAccount(exported.account._replace(client_id=""), None, exported.token)


def as_imported(exported: ExportAccount) -> ImportedAccount:
    """Return what reading the file of another tool gives for an exported account."""
    return ImportedAccount(
        exported.origin, exported.account.username, exported.client, exported.token
    )


def as_imported_with_token(exported: ExportAccount) -> ImportedAccount:
    """Return what reading the wizard's own JSON gives for it: the facts of the token, too."""
    account = exported.account
    return replace(
        as_imported(exported),
        id=account.id,
        scopes=account.token.scopes,
        created_at=account.token.created_at,
    )


ALICE = make_export_account()
BOB = make_export_account(
    "bob",
    origin="https://gts.example.net:8443",
    domain="example.net",
    client_id="02CLIENT",
    client_secret="it's\"\\",
    token="bob-token",
)
registered_accounts = st.builds(
    make_export_account,
    USERNAMES,
    origin=ORIGINS,
    domain=HOSTS,
    client_id=CREDENTIALS,
    client_secret=CREDENTIALS,
    token=CREDENTIALS,
)
export_accounts = registered_accounts | registered_accounts.map(without_client)
