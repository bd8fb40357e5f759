"""Unlocked accounts, made with few words, or by Hypothesis from anything."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from gts_wizard.formats.imported import Imported
from gts_wizard.formats.unlocked import Unlocked
from gts_wizard.models import Account, Client, Server, Token
from gts_wizard.secret import InKeyring, Secret

NOW = datetime(2026, 5, 1, 12, 30, 15, tzinfo=UTC)
TRICKS = ("'", '"', "\\", "`id`", "$(id)", "${HOME}", ";id", "#", "=ls", "~root", "\\n", "%n", "{}")

# All that the wizard keeps: visible ASCII, the tricks more often than by chance.
VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)
CREDENTIALS = VISIBLE | st.lists(st.sampled_from(TRICKS), min_size=1, max_size=9).map("".join)
USERNAMES = st.from_regex(r"[A-Za-z0-9_.-]{1,30}", fullmatch=True)
HOSTS = CREDENTIALS.map(lambda text: "".join(one for one in text if one not in "@/?#\\") or "a")
ORIGINS = st.builds("{}://{}".format, st.sampled_from(["http", "https"]), HOSTS)


PLAIN = {
    "origin": "https://example.org",
    "domain": "example.org",
    "client_id": "01CLIENT",
    "client_secret": "client-secret",
    "token": "alice-token",
}


def make_export_account(username: str = "alice", **changed: str) -> Unlocked:
    of = PLAIN | changed
    account = Account(
        server=Server(of["origin"], of["domain"], "An instance", "gotosocial", "0.20.0"),
        id=f"01-{username}",
        username=username,
        display_name=username.title(),
        token=Token(InKeyring("an entry"), ("read", "write"), NOW),
        client_id=of["client_id"],
        verified_at=NOW,
    )
    client = Client(of["origin"], of["client_id"], Secret(of["client_secret"]))
    return Unlocked(account, client, Secret(of["token"]))


def as_imported(one: Unlocked) -> Imported:
    client = one.client
    username = one.account.username
    return Imported(one.origin, username, client.client_id, client.client_secret, one.token)


ALICE = make_export_account()
BOB = make_export_account(
    "bob",
    origin="https://gts.example.net:8443",
    domain="example.net",
    client_id="02CLIENT",
    client_secret="it's\"\\",
    token="bob-token",
)
export_accounts = st.builds(
    make_export_account,
    USERNAMES,
    origin=ORIGINS,
    domain=HOSTS,
    client_id=CREDENTIALS,
    client_secret=CREDENTIALS,
    token=CREDENTIALS,
)
