"""What a scope permits: enforced from 0.19 on, not at all before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.helpers.practice_visitor import PracticeVisitor

VERIFY = "/api/v1/accounts/verify_credentials"
NOTIFICATIONS = "/api/v1/notifications"
TOKENS = "/api/v1/tokens"
CALLS = {"verify": VERIFY, "notifications": NOTIFICATIONS, "tokens": TOKENS}


@pytest.mark.parametrize(
    ("scope", "opened"),
    [
        ("read", {"verify", "notifications", "tokens"}),
        ("read:accounts", {"verify", "tokens"}),
        ("read:notifications", {"notifications"}),
        ("profile", {"verify"}),
        ("write", set()),
        ("write:accounts", set()),
        ("admin", set()),
        ("admin:read", set()),
        ("push", set()),
        ("readers", set()),
        ("write read:notifications profile", {"verify", "notifications"}),
    ],
)
def test_each_scope_opens_its_own_calls(
    visitor: PracticeVisitor, scope: str, opened: set[str]
) -> None:
    token = visitor.token(scope)
    statuses = {name: visitor.get(path, token).status_code for name, path in CALLS.items()}
    assert statuses == {name: 200 if name in opened else 403 for name in CALLS}


def test_no_scope_is_enforced_before_0_19(older_visitor: PracticeVisitor) -> None:
    token = older_visitor.token("push")
    assert older_visitor.get(VERIFY, token).status_code == 200
    assert older_visitor.get(NOTIFICATIONS, token).status_code == 200
    assert older_visitor.get(TOKENS, token).status_code == 404


@pytest.mark.parametrize(
    ("registered", "asked", "granted"),
    [
        ("read", "read:accounts", True),
        ("read write", "write:statuses read", True),
        ("read:accounts", "read", False),
        ("read", "read write", False),
        ("read", "reader", False),
        ("bogus", "bogus:more", True),
    ],
)
def test_a_link_may_ask_for_what_is_registered(
    visitor: PracticeVisitor, registered: str, asked: str, granted: bool
) -> None:
    visitor.open_link(visitor.register(registered), asked)
    visitor.sign_in()
    location = visitor.allow().headers["location"]
    beginning = "/oauth/oob?code=" if granted else "urn:ietf:wg:oauth:2.0:oob?error=invalid_scope&"
    assert location.startswith(beginning)


def test_before_0_19_more_than_registered_is_granted(older_visitor: PracticeVisitor) -> None:
    application = older_visitor.register("read")
    code = older_visitor.code(application, "read write admin")
    assert older_visitor.exchange(application, code).json()["scope"] == "read write admin"


def test_registering_with_a_small_token_is_refused(visitor: PracticeVisitor) -> None:
    headers = {"Authorization": f"Bearer {visitor.token('read')}"}
    fields = {"client_name": "another"}
    refused = visitor.program.post("/api/v1/apps", json=fields, headers=headers)
    assert refused.status_code == 403
    assert visitor.program.post("/api/v1/apps", json=fields).status_code == 200
