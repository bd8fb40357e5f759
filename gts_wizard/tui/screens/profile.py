"""Step 5: who you are, already saved; and what now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gts_wizard.errors import WizardError
from gts_wizard.tui.screens.account_page import AccountPage

if TYPE_CHECKING:
    from gts_wizard.services.verifying import SignedIn
    from gts_wizard.tui.journey import Journey


class ProfileStep(AccountPage):
    """The account a journey led to.

    Args:
        journey: its attempt has a token.
    """

    number = 5
    sign_out_label = "That's not me"

    def __init__(self, journey: Journey) -> None:
        super().__init__()
        self._journey = journey

    async def meet(self) -> SignedIn:
        """Verify the token, and save the account."""
        return await self.app.services.sign_in.verify(self._journey.found)

    async def signed_out(self, told: str) -> None:
        """Go back to a fresh link: it was somebody else, and now it can be oneself."""
        try:
            attempt = await self.app.services.sign_in.fresh(self._journey.found)
        except WizardError:
            # The account is gone as it should be; a new journey will tell what is wrong.
            self.app.go_home()
            self.app.say(told)
            return
        self.app.go_home()
        self.app.resume_journey(
            attempt, f"{told} To be asked who you are, open this link in a private window."
        )
