"""Accounts and pending sign-ins in a credentials file, and screens opened on them.

With these a test begins at the screen it is about, instead of walking there from Home.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gts_wizard.credentials.store import Store
from gts_wizard.models import Attempt, Registration, Server, Step
from gts_wizard.rules.oob import authorize_link
from gts_wizard.rules.paste import Paste, read_paste
from gts_wizard.rules.scopes import POST
from gts_wizard.secret import Secret
from gts_wizard.services.wiring import open_services
from gts_wizard.tui.journey import Journey
from gts_wizard.tui.screens.authorize import AuthorizeStep
from gts_wizard.tui.screens.code import CodeStep
from gts_wizard.tui.screens.instance import InstanceStep
from gts_wizard.tui.screens.permissions import PermissionsStep
from gts_wizard.tui.screens.profile import ProfileStep
from tests.helpers.browser_user import BrowserUser
from tests.helpers.samples import CLIENT_SECRET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.screen import Screen

    from gts_wizard.models import Account, Scopes
    from gts_wizard.practice import PracticeInstance
    from gts_wizard.services.sign_in import SignIn
    from tests.helpers.driver import WizardDriver


@asynccontextmanager
async def _open_sign_in(credentials_path: Path) -> AsyncIterator[SignIn]:
    services = open_services(credentials_path)
    try:
        yield services.sign_in
    finally:
        await services.aclose()


async def _begin(sign_in: SignIn, address: str, scopes: Scopes, step: Step) -> Attempt:
    attempt = await sign_in.look_up(address)
    if step is Step.PERMISSIONS:
        return attempt
    return await sign_in.stand_at(await sign_in.choose(attempt, scopes), step)


async def get_code(attempt: Attempt, username: str = "alice") -> str:
    """Let a person with a browser of their own authorize a pending sign-in; return the code."""

    def allow() -> str:
        with BrowserUser(f"{username}@example.org") as person:
            return person.get_code(authorize_link(attempt))

    return await asyncio.to_thread(allow)


async def sign_in_account(
    credentials_path: Path,
    practice: PracticeInstance,
    username: str = "alice",
    scopes: Scopes = POST.scopes,
) -> Account:
    """Sign an account in without screens: registered, authorized, exchanged, verified and saved."""
    async with _open_sign_in(credentials_path) as sign_in:
        attempt = await _begin(sign_in, practice.address, scopes, Step.CODE)
        code = await get_code(attempt, username)
        return (await sign_in.verify(await sign_in.redeem(attempt, read_paste(code)))).account


async def save_pending(
    credentials_path: Path,
    address: str,
    step: Step = Step.CODE,
    scopes: Scopes = POST.scopes,
) -> Attempt:
    """Save a pending sign-in, with a real registration unless its step comes before that.

    Args:
        credentials_path: where it is saved.
        address: the server, or a handle there.
        step: where it stands; with `PROFILE` it has a token of alice's that nobody verified yet.
        scopes: what was chosen.
    """
    async with _open_sign_in(credentials_path) as sign_in:
        if step is not Step.PROFILE:
            return await _begin(sign_in, address, scopes, step)
        attempt = await _begin(sign_in, address, scopes, Step.CODE)
        return await sign_in.redeem(attempt, read_paste(await get_code(attempt)))


def save_made_up_pending(credentials_path: Path, server: Server) -> Attempt:
    """Save a pending sign-in at the code step, with a registration that the server never made."""
    now = datetime.now(UTC)
    attempt = Attempt("the-state", server, Step.CODE, now, scopes=("read",), client_id="CLIENT")
    registration = Registration(server.origin, "CLIENT", Secret(CLIENT_SECRET), ("read",), now)
    Store(credentials_path).change(
        lambda kept: kept.with_registration(registration).with_attempt(attempt)
    )
    return attempt


async def open_screen(driver: WizardDriver, screen: Screen[None]) -> None:
    """Open a screen on top of what is there."""
    await driver.app.push_screen(screen)
    await driver.wait_until_idle()


async def open_step(driver: WizardDriver, attempt: Attempt, address: str = "") -> None:
    """Open the one screen at which a pending sign-in stands, with Home right below it.

    Args:
        driver: the wizard, at Home.
        attempt: the pending sign-in, as it is in the credentials file.
        address: what was typed; the server's address when left out.
    """
    journey = Journey(address or attempt.server.host, attempt.scopes or POST.scopes)
    journey.attempt = attempt
    match attempt.step:
        case Step.PERMISSIONS:
            await open_screen(driver, PermissionsStep(journey))
        case Step.AUTHORIZE:
            await open_screen(driver, AuthorizeStep(journey))
        case Step.CODE:
            await open_screen(driver, CodeStep(journey))
        case Step.PROFILE:
            await open_screen(driver, ProfileStep(journey))


async def open_instance_step(driver: WizardDriver, address: str) -> None:
    """Open the screen that asks for the server, with an address typed and its server found."""
    attempt = await driver.app.services.sign_in.look_up(address)
    await open_screen(driver, InstanceStep(Journey(address, attempt=attempt)))


async def begin_at(
    driver: WizardDriver, address: str, step: Step, scopes: Scopes = POST.scopes
) -> Attempt:
    """Begin a sign-in by the wizard's own services, and open the screen of a step.

    Args:
        driver: the wizard, at Home.
        address: the server, or a handle there.
        step: up to which step everything is done; with `PROFILE` alice has authorized it.
        scopes: what was chosen.
    """
    sign_in = driver.app.services.sign_in
    reached = Step.CODE if step is Step.PROFILE else step
    attempt = await _begin(sign_in, address, scopes, reached)
    if step is Step.PROFILE:
        attempt = await sign_in.redeem(attempt, Paste(Secret(await get_code(attempt))))
    await open_step(driver, attempt, address)
    return attempt
