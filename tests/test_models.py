"""Secrets are masked and not copied; handles and hosts are derived from models."""

from __future__ import annotations

import copy
import pickle
import traceback
from datetime import UTC, datetime

import pytest

from gts_wizard.models import Account, ClientRegistration, Server, Token
from gts_wizard.oauth.pasted_code import AuthorizationCode
from gts_wizard.secret import MASK, Secret

TEXT = "ZJMWMJM1MZQTOGI4"
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_secret_is_masked_wherever_it_is_shown() -> None:
    secret = Secret(TEXT)
    holders = [
        Token(secret, ("read",), NOW),
        ClientRegistration("https://example.org", "id", secret, ("read",), NOW),
        AuthorizationCode(secret),
        [secret],
        {"token": secret},
    ]
    shown = [str(secret), repr(secret), f"{secret}", "%s %r" % (secret, secret)]  # noqa: UP031
    for text in [*shown, *map(repr, holders), *map(str, holders)]:
        assert TEXT not in text
        assert MASK in text


def fail_with(secret: Secret) -> None:
    raise ValueError(secret)


def test_secret_in_an_exception_is_masked() -> None:
    with pytest.raises(ValueError, match=MASK) as failure:
        fail_with(Secret(TEXT))
    shown = "".join(traceback.format_exception(failure.value))
    assert TEXT not in shown
    assert MASK in shown


def test_reveal_returns_the_text() -> None:
    assert Secret(TEXT).reveal() == TEXT


def test_secret_can_be_neither_pickled_nor_copied() -> None:
    token = Token(Secret(TEXT), ("read",), NOW)
    for copier in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            copier(token.value)
    with pytest.raises(TypeError):
        pickle.dumps(token)
    with pytest.raises(TypeError):
        copy.deepcopy(token)


def test_secrets_equal_only_secrets_of_the_same_text() -> None:
    assert Secret("ä") == Secret("ä")
    assert Secret(TEXT) != Secret(TEXT.lower())
    assert Secret(TEXT) != TEXT
    assert len({Secret(TEXT), Secret(TEXT), Secret("other")}) == 2


def test_handle_ends_with_the_account_domain() -> None:
    server = Server("https://social.example.org:8443", "example.org")
    account = Account(server, "01", "alice", "Alice", Token(Secret(TEXT), (), NOW), "id", NOW)
    assert account.handle == "@alice@example.org"
    assert server.host == "social.example.org:8443"
