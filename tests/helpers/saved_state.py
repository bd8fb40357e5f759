"""Accounts and pending sign-ins in a credentials file, and screens opened on them.

With these a test begins at the screen it is about, instead of walking there from Home.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.models import ClientRegistration, PendingSignIn, Server, WizardStep
from gts_wizard.oauth.authorize import authorization_url
from gts_wizard.oauth.pasted_code import AuthorizationCode, parse_paste
from gts_wizard.oauth.scopes import POST
from gts_wizard.secret import Secret
from gts_wizard.services.container import open_services
from gts_wizard.storage.store import Store
from gts_wizard.tui.screens.authorize import AuthorizeScreen
from gts_wizard.tui.screens.code import CodeScreen
from gts_wizard.tui.screens.instance import InstanceScreen
from gts_wizard.tui.screens.permissions import PermissionsScreen
from gts_wizard.tui.screens.profile import ProfileScreen
from gts_wizard.tui.wizard_state import WizardState
from tests.helpers.browser_user import BrowserUser
from tests.helpers.samples import CLIENT_SECRET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.screen import Screen

    from gts_wizard.models import Account, Scopes
    from gts_wizard.practice import PracticeServer
    from gts_wizard.services.sign_in import SignInFlow
    from tests.helpers.driver import WizardDriver
    from tests.helpers.full_disk import Disk


@asynccontextmanager
async def _open_sign_in(credentials_path: Path) -> AsyncIterator[SignInFlow]:
    services = open_services(credentials_path)
    try:
        yield services.sign_in
    finally:
        await services.aclose()


async def _begin(
    sign_in: SignInFlow, address: str, scopes: Scopes, step: WizardStep
) -> PendingSignIn:
    pending = await sign_in.look_up(address)
    if step is WizardStep.PERMISSIONS:
        return pending
    return await sign_in.set_step(await sign_in.choose_scopes(pending, scopes), step)


async def get_code(pending: PendingSignIn, username: str = "alice") -> str:
    """Let a user with a browser of their own authorize a pending sign-in; return the code."""

    def allow() -> str:
        with BrowserUser(f"{username}@example.org") as user:
            return user.get_code(authorization_url(pending))

    return await asyncio.to_thread(allow)


async def sign_in_account(
    credentials_path: Path,
    practice: PracticeServer,
    username: str = "alice",
    scopes: Scopes = POST.scopes,
) -> Account:
    """Sign an account in without screens: registered, authorized, exchanged, verified and saved."""
    async with _open_sign_in(credentials_path) as sign_in:
        pending = await _begin(sign_in, practice.address, scopes, WizardStep.CODE)
        code = await get_code(pending, username)
        return (
            await sign_in.verifier.verify(
                await sign_in.code_exchange.exchange(pending, parse_paste(code))
            )
        ).account


def make_imported(credentials_path: Path) -> None:
    """Save the only account as if it were imported: its permissions are not known."""
    store = Store(credentials_path)
    (account,) = store.load().accounts
    imported = account._replace(token=account.token._replace(scopes=()))
    store.update(lambda saved: saved.with_account(imported))


async def save_pending(
    credentials_path: Path,
    address: str,
    step: WizardStep = WizardStep.CODE,
    scopes: Scopes = POST.scopes,
) -> PendingSignIn:
    """Save a pending sign-in, with a real registration unless its step comes before that.

    Args:
        credentials_path: where it is saved.
        address: the server, or a handle there.
        step: where it stands; with `PROFILE` it has a token of alice's that nobody verified yet.
        scopes: what was chosen.
    """
    async with _open_sign_in(credentials_path) as sign_in:
        if step is not WizardStep.PROFILE:
            return await _begin(sign_in, address, scopes, step)
        pending = await _begin(sign_in, address, scopes, WizardStep.CODE)
        return await sign_in.code_exchange.exchange(pending, parse_paste(await get_code(pending)))


def save_made_up_pending(credentials_path: Path, server: Server) -> PendingSignIn:
    """Save a pending sign-in at the code step, with a registration that the server never made."""
    now = datetime.now(UTC)
    pending = PendingSignIn(
        "the-state", server, WizardStep.CODE, now, scopes=("read",), client_id="CLIENT"
    )
    registration = ClientRegistration(
        server.origin, "CLIENT", Secret(CLIENT_SECRET), ("read",), now
    )
    Store(credentials_path).update(
        lambda kept: kept.with_registration(registration).with_pending(pending)
    )
    return pending


async def open_screen(driver: WizardDriver, screen: Screen[None]) -> None:
    """Open a screen on top of what is there."""
    await driver.app.push_screen(screen)
    await driver.wait_until_idle()


async def open_step(driver: WizardDriver, pending: PendingSignIn, address: str = "") -> None:
    """Open the one screen at which a pending sign-in stands, with Home right below it.

    Args:
        driver: the wizard, at Home.
        pending: the pending sign-in, as it is in the credentials file.
        address: what was typed; the server's address when left out.
    """
    wizard_state = WizardState(address or pending.server.host, pending.scopes or POST.scopes)
    wizard_state.pending = pending
    match pending.step:
        case WizardStep.PERMISSIONS:
            await open_screen(driver, PermissionsScreen(driver.app.context, wizard_state))
        case WizardStep.AUTHORIZE:
            await open_screen(driver, AuthorizeScreen(driver.app.context, wizard_state))
        case WizardStep.CODE:
            await open_screen(driver, CodeScreen(driver.app.context, wizard_state))
        case WizardStep.PROFILE:
            await open_screen(driver, ProfileScreen(driver.app.context, wizard_state))


async def open_instance_step(driver: WizardDriver, address: str) -> None:
    """Open the screen that asks for the server, with an address typed and its server found."""
    pending = await driver.app.context.services.sign_in.look_up(address)
    await open_screen(
        driver, InstanceScreen(driver.app.context, WizardState(address, pending=pending))
    )


async def begin_at(
    driver: WizardDriver, address: str, step: WizardStep, scopes: Scopes = POST.scopes
) -> PendingSignIn:
    """Begin a sign-in by the wizard's own services, and open the screen of a step.

    Args:
        driver: the wizard, at Home.
        address: the server, or a handle there.
        step: up to which step everything is done; with `PROFILE` alice has authorized it.
        scopes: what was chosen.
    """
    sign_in = driver.app.context.services.sign_in
    reached = WizardStep.CODE if step is WizardStep.PROFILE else step
    pending = await _begin(sign_in, address, scopes, reached)
    if step is WizardStep.PROFILE:
        pending = await sign_in.code_exchange.exchange(
            pending, AuthorizationCode(Secret(await get_code(pending)))
        )
    await open_step(driver, pending, address)
    return pending


async def get_token_with_a_full_disk(
    driver: WizardDriver, practice: PracticeServer, disk: Disk
) -> None:
    """Hand in a code just after the disk was filled, so that its token can't be saved."""
    pending = await begin_at(driver, practice.address, WizardStep.CODE)
    code = await get_code(pending)
    disk.fill()
    await driver.paste(code)
    assert "can't be written: no space left on device" in driver.screen_text
