"""What a person has typed and chosen on the way, so that going back and forth loses nothing.

The five steps share one; it lives from Home to Home. What must outlive the program is in the
attempt, which the services keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gts_wizard.oauth.scopes import POST

if TYPE_CHECKING:
    from gts_wizard.models import PendingSignIn, Scopes
    from gts_wizard.secret import Secret


@dataclass
class WizardState:
    """One walk through the steps.

    Attributes:
        address: what stands in the address field.
        chosen: the permissions chosen last.
        code: what stands in the code field.
        maybe_pending: the sign-in as it is saved; none before the server was found.
        notice: what the link step says of how the sign-in came back to it.
        previous_scopes: what the token that is renewed may do; empty where none is renewed.
        pasted: what was pasted at the link step already, for the code step to take.
    """

    address: str = ""
    chosen: Scopes = POST.scopes
    code: Secret | None = None
    maybe_pending: PendingSignIn | None = None
    notice: str = ""
    previous_scopes: Scopes = ()
    pasted: Secret | None = None

    @property
    def pending(self) -> PendingSignIn:
        """The attempt, on steps that are only reached with one."""
        if self.maybe_pending is None:
            raise ValueError("this step comes after an instance was found")
        return self.maybe_pending
