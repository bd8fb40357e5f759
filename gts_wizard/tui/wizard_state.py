"""The state that the five steps of a sign-in share, so that going back and forth loses nothing.

It is kept in memory only; what must survive the program is in the pending sign-in, which the
services save.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gts_wizard.oauth.scopes import POST
from gts_wizard.version import APP_NAME

if TYPE_CHECKING:
    from gts_wizard.models import Account, PendingSignIn, Scopes
    from gts_wizard.secret import Secret
    from gts_wizard.services.redirects import LoopbackRedirect


@dataclass
class WizardState:
    """The state of one sign-in.

    Attributes:
        address: the text of the address field.
        scopes: the scopes that were chosen last.
        app_name: the name that was chosen last, to register with.
        code: the text of the code field; None while it is empty.
        pending: the pending sign-in as it is saved; None before the server was found.
        earlier: the one from which the user went back to type another address.
        notice: the text for the status line of the link step; cleared once it is shown.
        renewed: the account that is being renewed; None if none is.
        pasted: what was pasted at the link step, for the code step to handle.
        redirect: what waits for the browser to bring the code; None where nothing does.
        uses_code: whether a link that shows a code is wanted, though another could be opened.
        goes_straight: whether server and scopes were given, so that the link is shown unasked;
            cleared once it is.
    """

    address: str = ""
    scopes: Scopes = POST.scopes
    app_name: str = APP_NAME
    code: Secret | None = None
    pending: PendingSignIn | None = None
    earlier: PendingSignIn | None = None
    notice: str = ""
    renewed: Account | None = None
    pasted: Secret | None = None
    redirect: LoopbackRedirect | None = None
    uses_code: bool = False
    goes_straight: bool = False

    def require_pending(self) -> PendingSignIn:
        """Return the pending sign-in, for the steps after the server was found.

        Raises:
            ValueError: the server was not found yet.
        """
        if self.pending is None:
            raise ValueError("this step comes after the server was found")
        return self.pending
