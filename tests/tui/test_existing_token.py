"""An account whose token was made outside the wizard: the screens say what can't be done."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from gts_wizard.credentials import Credentials
from gts_wizard.models import AccountStatus
from gts_wizard.practice import PracticeServer
from gts_wizard.secret import Secret
from gts_wizard.services.container import open_services
from gts_wizard.storage.store import Store
from gts_wizard.tui.screens.details import DetailsScreen
from tests.helpers.browser_user import BrowserUser
from tests.helpers.other_programs import token_of_other_program
from tests.helpers.saved_state import open_screen

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account
    from tests.helpers.driver import StartWizard


def made_outside(practice: PracticeServer) -> str:
    """Return what is said of a token that was made outside the wizard, up to the page."""
    return (
        "This token was made outside the wizard, so the wizard can't revoke it on "
        f"{practice.address}. It still works there until you revoke it on"
    )


async def sign_in_with_token(credentials_path: Path, practice: PracticeServer) -> Account:
    """Sign alice in with the token of another program."""
    token = await asyncio.to_thread(token_of_other_program, practice)
    services = open_services(credentials_path)
    try:
        return (await services.existing_token.sign_in(practice.address, Secret(token))).account
    finally:
        await services.aclose()


@pytest.mark.slow
async def test_sign_out_says_where_the_token_can_be_ended(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    account = await sign_in_with_token(credentials_path, practice)
    page = f"{practice.origin}/settings/user/tokens"
    forgets = f"This computer forgets it. {made_outside(practice)} {page} in your"
    forgotten = f"This computer has forgotten {account.handle}. {made_outside(practice)} {page}"
    async with start_wizard() as driver:
        await driver.press("s")
        assert await driver.sizes_without(forgets, "Cancel") == []
        await driver.press("tab", "enter")
        assert await driver.sizes_without(forgotten) == []
    assert Store(credentials_path).load().accounts == ()
    assert "POST /oauth/revoke" not in practice.requests


@pytest.mark.slow
async def test_sign_out_of_access_that_has_ended_asks_for_nothing(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    account = await sign_in_with_token(credentials_path, practice)
    revoked = account._replace(status=AccountStatus.REVOKED)
    Store(credentials_path).update(partial(Credentials.with_account, account=revoked))
    async with start_wizard() as driver:
        await driver.press("s")
        assert f"Its access on {practice.address} has already ended." in driver.screen_text
        assert "still works" not in driver.screen_text
        await driver.press("tab", "enter")
        assert f"This computer has forgotten {account.handle}." in driver.screen_text
        assert "still works" not in driver.screen_text
    assert Store(credentials_path).load().accounts == ()


@pytest.mark.parametrize(
    ("emulates", "page"),
    [("0.20", "/settings/user/tokens"), ("mastodon", "/oauth/authorized_applications")],
)
@pytest.mark.slow
async def test_renewal_is_a_sign_in_and_names_the_old_token(
    start_wizard: StartWizard,
    credentials_path: Path,
    emulates: str,
    page: str,
) -> None:
    with PracticeServer(emulates=emulates) as practice:
        before = await sign_in_with_token(credentials_path, practice)
        async with start_wizard((80, 30)) as driver:
            await driver.press("r")
            if before.is_imported:
                assert "it was made outside the wizard" in driver.screen_text
                await driver.press("enter")
            assert f"This renews {before.handle}." in driver.screen_text
            assert "The old access keeps working" in driver.screen_text
            link = driver.link
            await driver.press("tab", "enter")
            with BrowserUser("alice@example.org") as user:
                await driver.paste(await asyncio.to_thread(user.get_code, link))
            shown = driver.screen_text
            assert f"The old access to {before.handle} couldn't be revoked." in shown
            assert f"{made_outside(practice)} {practice.origin}{page}" in shown
        (after,) = Store(credentials_path).load().accounts
        assert after.client_id
        assert after.token.value != before.token.value
        assert "POST /oauth/revoke" not in practice.requests


@pytest.mark.slow
async def test_details_leave_out_what_is_not_known(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    await asyncio.to_thread(token_of_other_program, practice, "read write")
    account = await sign_in_with_token(credentials_path, practice)
    async with start_wizard((120, 50)) as driver:
        await open_screen(driver, DetailsScreen(driver.app.context, account))
        details, _, apps = driver.screen_text.partition("Programs with access")
        assert "Allowed Permissions unknown" in details
        for label in ("Scopes", "Client id", "Issued"):
            assert label not in details
        assert "demo app" in apps
        assert "this one" not in apps
