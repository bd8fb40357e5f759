"""Step 5: who you are, what you can do with it, and what if the server does not say."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest
from textual.widgets import Button

from gts_wizard.models import PendingSignIn, Server, Token, WizardStep
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.practice import PracticeServer
from gts_wizard.secret import Secret
from gts_wizard.storage.store import Store
from gts_wizard.tui.messages import RenewAccount
from tests.helpers.browser_user import BrowserUser
from tests.helpers.driver import is_visible
from tests.helpers.raw_responses import json_bytes, respond
from tests.helpers.raw_server import RawServer
from tests.helpers.sample_accounts import TOKEN
from tests.helpers.samples import account_document
from tests.helpers.saved_state import (
    begin_at,
    get_code,
    open_step,
    save_pending,
    sign_in_account,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gts_wizard.models import Account
    from tests.helpers.driver import StartWizard, WizardDriver

pytestmark = pytest.mark.slow


def saved_token(credentials_path: Path) -> str:
    """Return the token of the one account that is saved."""
    [account] = Store(credentials_path).load().accounts
    assert isinstance(account.token.value, Secret)
    return account.token.value.reveal()


async def status_of_token(practice: PracticeServer, token: str) -> int:
    """Ask the server whose token it is; return the status."""
    async with httpx.AsyncClient(trust_env=False) as client:
        response = await client.get(
            f"{practice.origin}/api/v1/accounts/verify_credentials",
            headers={"Authorization": f"Bearer {token}"},
        )
    return response.status_code


def visible_buttons(driver: WizardDriver) -> list[str]:
    """Return what the buttons say that are wholly visible."""
    buttons = driver.app.screen.query(Button)
    return [str(button.label) for button in buttons if is_visible(button)]


async def renew_as(driver: WizardDriver, account: Account, username: str) -> None:
    """Renew an account from Home, and let somebody authorize it."""
    driver.app.post_message(RenewAccount(account))
    await driver.wait_until_idle()
    link = driver.link
    await driver.press("tab", "enter")
    with BrowserUser(f"{username}@example.org") as user:
        await driver.paste(await asyncio.to_thread(user.get_code, link))


async def open_profile_with_bio(driver: WizardDriver, server: RawServer, bio: str) -> None:
    """Open the profile of an account that has this bio, at a server that knows nothing else."""
    server.script = respond(200, json_bytes(account_document(note=bio)))
    now = datetime.now(UTC)
    token = Token(Secret(TOKEN), ("read",), now)
    found = Server(server.origin, server.host, "Somewhere", "gotosocial", "0.20.0")
    pending = PendingSignIn(
        "the-state", found, WizardStep.PROFILE, now, client_id="CLIENT", token=token
    )
    await open_step(driver, pending)


async def test_profile_shows_the_account_and_its_notifications(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    async with start_wizard((90, 30)) as driver:
        await begin_at(driver, practice.address, WizardStep.PROFILE)
        shown = driver.screen_text
        for part in ("Alice", "admin", "212 posts", "Look around and post", "Practice server"):
            assert part in shown
        assert f"gts-wizard run @alice@{practice.address} -- COMMAND" in shown
        assert "n Notifications c Copy" in shown
        token = saved_token(credentials_path)
        assert token not in shown
        await driver.press("c")
        assert driver.app.clipboard.endswith(f" run @alice@{practice.address} -- COMMAND")
        assert token not in driver.app.clipboard
        assert "select the command above." in driver.screen_text
        await driver.press("n")
        assert "Notifications of @alice" in driver.screen_text
        assert "Bob mentioned you" in driver.screen_text
        await driver.press("escape")
        assert "You are @alice" in driver.screen_text


async def test_handle_and_button_stay_in_sight_at_a_long_bio(start_wizard: StartWizard) -> None:
    long_bio = "".join(f"<p>{word * 30}</p>" for word in ("tea ", "trains ", "gardens "))
    endless_bio = "<p>".join(["tea " * 100, *["gardens"] * 50])
    async with RawServer(respond(404)) as server, start_wizard((60, 20)) as driver:
        await open_profile_with_bio(driver, server, long_bio)
        assert driver.app.screen.query_one("#page").max_scroll_y > 0
        assert driver.app.focused is driver.app.screen.query_one("#done")
        assert driver.focused_is_visible
        await driver.resize(80, 24)
        await open_profile_with_bio(driver, server, endless_bio)
        assert "You are @alice" in driver.screen_text
        assert "…" in driver.screen_text
        assert driver.focused_is_visible


async def test_wrong_account_is_signed_out_there_and_here(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.PROFILE)
        token = saved_token(credentials_path)
        assert await status_of_token(practice, token) == httpx.codes.OK
        await driver.click("#sign-out")
        assert "Sign out of @alice" in driver.screen_text
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text, "Enter leaves things as they are"
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        assert f"The access was revoked on {practice.address}" in driver.screen_text
        assert "open this link in a private window" in driver.screen_text
        link = driver.link
        await driver.press("tab", "enter")
        with BrowserUser("bob@example.org") as bob:
            await driver.paste(await asyncio.to_thread(bob.get_code, link))
        assert "You are @bob" in driver.screen_text
    accounts = Store(credentials_path).load().accounts
    assert [account.username for account in accounts] == ["bob"]
    assert await status_of_token(practice, token) == httpx.codes.UNAUTHORIZED


async def test_sign_out_after_a_renewal_leads_home(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    alice = await sign_in_account(credentials_path, practice)
    async with start_wizard() as driver:
        await renew_as(driver, alice, "alice")
        assert visible_buttons(driver) == ["Done", "See notifications", "Copy command", "Sign out"]
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        assert f"Signed out of {alice.handle}." in driver.screen_text
        assert "Welcome" in driver.screen_text


async def test_who_gives_up_the_account_that_was_typed_signs_in_anew(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        await begin_at(driver, f"@alice@{practice.address}", WizardStep.PROFILE)
        assert "That's not me" in visible_buttons(driver)
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        shown = driver.screen_text
        assert f"Signed out of @alice@{practice.address}." in shown
        assert "open this link in a private window" in shown
        await driver.press("escape", "escape", "escape", "escape")
        assert f"You started to sign in to {practice.address} just now." in driver.screen_text
        await driver.click("#continue")
        await driver.press("tab", "enter")
        (pending,) = Store(credentials_path).load().pending_sign_ins
        assert (pending.renewed_handle, pending.requested_handle) == ("", "")
        await driver.paste(await get_code(pending, "carol"))
        assert f"You are @carol@{practice.address}" in driver.screen_text
        assert driver.app.focused is driver.app.screen.query_one("#done")


async def buttons_by_size(driver: WizardDriver) -> list[list[str]]:
    """Return what the visible buttons say in a usual window, and then in a small one."""
    visible = []
    for size in ((80, 24), (60, 20)):
        await driver.resize(*size)
        visible.append(visible_buttons(driver))
    return visible


async def test_somebody_who_is_here_already_is_asked_about_once(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    alice = await sign_in_account(credentials_path, practice)
    bob = await sign_in_account(credentials_path, practice, "bob")
    async with start_wizard((60, 20)) as driver:
        await renew_as(driver, alice, "bob")
        assert "You signed in as somebody else" in driver.screen_text
        assert f"{bob.handle} is signed in here already" in driver.screen_text
        assert await buttons_by_size(driver) == [["Try again as @alice", "Stop"]] * 2
        await driver.press("escape", "escape")
        assert f"You started to renew {alice.handle} just now." in driver.screen_text

        await renew_as(driver, alice, "alice")
        assert f"Renewed. You are {alice.handle}" in driver.screen_text
        await driver.press("enter")
        assert "You started to renew" not in driver.screen_text
        assert f"You signed in to {practice.address} just now" in driver.screen_text
        await driver.click("#continue")
        assert "Which access do you want?" in driver.screen_text
        assert driver.screen_text.count("already signed in") == 1
        buttons = ["Keep the old access", "Use the new access", "Another account"]
        assert await buttons_by_size(driver) == [buttons] * 2
        await driver.press("f1")
        assert "in your list already, with access that still works" in driver.screen_text
        await driver.press("f1", "enter")
        assert f"Nothing was changed: {bob.handle} is as it was." in driver.screen_text
    saved = Store(credentials_path).load()
    assert [account.username for account in saved.accounts] == ["alice", "bob"]
    assert saved.account(bob.handle) == bob
    assert not saved.pending_sign_ins


async def test_old_server_that_can_not_revoke_is_said_to_keep_it(
    start_wizard: StartWizard, credentials_path: Path
) -> None:
    with PracticeServer(emulates="0.17") as old:
        async with start_wizard() as driver:
            await begin_at(driver, old.address, WizardStep.PROFILE)
            assert "this server can't limit it" in driver.screen_text
            await driver.click("#sign-out")
            assert "still works" in driver.screen_text
            await driver.press("tab", "enter")
            assert "This computer has forgotten @alice" in driver.screen_text
    assert Store(credentials_path).load().accounts == ()


async def test_sign_out_without_the_server_asks_before_forgetting(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    async with start_wizard() as driver:
        await begin_at(driver, practice.address, WizardStep.PROFILE)
        practice.stop()
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        assert "anyway?" in driver.screen_text
        await driver.press("enter")
        assert len(Store(credentials_path).load().accounts) == 1
        await driver.click("#sign-out")
        await driver.press("tab", "enter")
        await driver.press("tab", "enter")
        assert "The access still works there until you revoke it" in driver.screen_text
    saved = Store(credentials_path).load()
    assert (saved.accounts, saved.pending_sign_ins) == ((), ())


async def test_another_person_than_expected_is_noticed(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        pending = await begin_at(driver, f"@alice@{practice.address}", WizardStep.CODE)
        await driver.paste(await get_code(pending, "bob"))
        assert "You are @bob" in driver.screen_text
        assert "You typed alice, but you signed in as @" in driver.screen_text
        await driver.press("enter")
        assert "Sign out of @bob" in driver.screen_text, "Enter in haste does not accept bob"


async def test_token_that_could_not_be_verified_yet_is_kept(
    start_wizard: StartWizard, practice: PracticeServer
) -> None:
    async with start_wizard() as driver:
        pending = await begin_at(driver, practice.address, WizardStep.CODE)
        code = await get_code(pending)
        practice.rate_limit = len(practice.requests) + 1
        await driver.paste(code)
        assert "asks programs to slow down" in driver.screen_text
        assert "Your code was accepted, and your progress is saved." in driver.screen_text
        assert "Try again" in driver.screen_text

    async with start_wizard() as driver:
        assert "not finished yet" in driver.screen_text
        practice.rate_limit = None
        await driver.press("enter")
        assert "You are @alice" in driver.screen_text
    assert practice.requests.count("POST /oauth/token") == 1


async def test_token_that_ended_unverified_leads_to_a_fresh_link(
    start_wizard: StartWizard, practice: PracticeServer, credentials_path: Path
) -> None:
    pending = await save_pending(credentials_path, practice.address, WizardStep.PROFILE)
    practice.rate_limit = len(practice.requests)
    async with start_wizard() as driver:
        await driver.press("enter")
        assert "your progress is saved" in driver.screen_text
        assert "Try again" in driver.screen_text
        practice.rate_limit = None
        practice.revoke_tokens("alice")
        await driver.press("enter")
        assert "no longer accepts this access" in driver.screen_text
        assert "your progress is saved" not in driver.screen_text
        assert "Try again" not in driver.screen_text
        await driver.press("enter")
        assert "This is a fresh link." in driver.screen_text
        assert driver.link != authorization_url(pending)
        assert len(Store(credentials_path).load().pending_sign_ins) == 1
        link = driver.link
        await driver.press("tab", "enter")
        with BrowserUser() as alice:
            await driver.paste(await asyncio.to_thread(alice.get_code, link))
        assert "You are @alice" in driver.screen_text
