"""The sentences that front ends share, where they depend on something."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gts_wizard import messages
from gts_wizard.models import WizardStep
from tests.helpers.sample_accounts import SERVER, TOKEN, make_account, make_pending

RENEWED = "@alice@example.org"


@pytest.mark.parametrize(
    ("software", "sentence"),
    [
        (
            "gotosocial",
            "After “Allow”, your server shows a long code under “Here's your out-of-band token”.",
        ),
        ("", "After “Allow” / “Authorize”, your server shows a long code."),
        ("takahe", "After “Allow”, your server shows a long code."),
        ("mastodon", "After “Authorize”, your server shows a long code."),
    ],
)
def test_code_page_is_described_in_its_servers_words(software: str, sentence: str) -> None:
    assert messages.where_code_appears(SERVER._replace(software=software)) == sentence


@pytest.mark.parametrize(
    ("renewed_handle", "previous_scopes", "note"),
    [
        ("", None, ""),
        (RENEWED, None, f"This renews {RENEWED}."),
        (
            RENEWED,
            (),
            f"This renews {RENEWED}. The old access is shared with the program it was "
            "imported from. Once you replace it, that program loses it too.",
        ),
        (
            RENEWED,
            ("read",),
            f"This renews {RENEWED}. The permissions are the same as before.",
        ),
    ],
    ids=["new account", "signed out meanwhile", "imported", "same scopes"],
)
def test_renewal_says_what_it_changes_where_that_is_known(
    renewed_handle: str, previous_scopes: tuple[str, ...] | None, note: str
) -> None:
    pending = make_pending()._replace(scopes=("read",), renewed_handle=renewed_handle)
    account = make_account()
    renewed = (
        None
        if previous_scopes is None
        else account._replace(token=account.token._replace(scopes=previous_scopes))
    )
    assert messages.renewal_note(pending, renewed) == note


@pytest.mark.parametrize(
    ("scopes", "change"),
    [(("read",), " The permissions are the same as before."), ((), "")],
    ids=["scopes known", "scopes not known"],
)
def test_renewal_ends_no_token_that_was_made_outside(scopes: tuple[str, ...], change: str) -> None:
    account = make_account()
    renewed = account._replace(client_id="", token=account.token._replace(scopes=scopes))
    pending = make_pending()._replace(renewed_handle=RENEWED)
    assert messages.renewal_note(pending, renewed) == (
        f"This renews {RENEWED}.{change} The old access keeps working: the wizard didn't make "
        "it, so it can't revoke it."
    )


@pytest.mark.parametrize(
    ("has_token", "renewed_handle", "sentence"),
    [
        (False, "", "You started to sign in as @alice@example.org 5 minutes ago."),
        (
            True,
            "",
            "You signed in to example.org 5 minutes ago, but that's not finished yet.",
        ),
        (False, RENEWED, f"You started to renew {RENEWED} 5 minutes ago."),
        (True, RENEWED, f"You started to renew {RENEWED} 5 minutes ago."),
    ],
)
def test_unfinished_sign_in_is_described(
    has_token: bool, renewed_handle: str, sentence: str
) -> None:
    pending = make_pending(token=TOKEN if has_token else "")._replace(
        step=WizardStep.PROFILE if has_token else WizardStep.CODE, renewed_handle=renewed_handle
    )
    now = pending.started_at + timedelta(minutes=5)
    assert messages.unfinished(pending, now) == sentence
