"""What the steps of the line-mode sign-in share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gts_wizard.oauth.server_features import takes_loopback_redirect

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from gts_wizard.models import Account, AuthorizedApp, Server
    from gts_wizard.prompts.prompter import Prompter
    from gts_wizard.prompts.runner import StepRunner
    from gts_wizard.services.sign_in import SignInFlow


@dataclass(frozen=True)
class PromptContext:
    """What the steps share.

    Attributes:
        sign_in: the sign-in service.
        authorized_apps: returns the programs that the server lists for an account.
        prompter: prints and asks.
        runner: runs one step at a time, with error recovery.
        open_link: opens a link in a browser, and returns whether that worked; None where no
            browser may or can be opened.
        opens_here: whether that browser runs on this computer, and can bring the code by itself.
    """

    sign_in: SignInFlow
    authorized_apps: Callable[[Account], Coroutine[object, None, list[AuthorizedApp]]]
    prompter: Prompter
    runner: StepRunner
    open_link: Callable[[str], bool] | None
    opens_here: bool

    def comes_by_itself(self, server: Server) -> bool:
        """Return whether a link that the wizard opens is to bring the code by itself."""
        return self.opens_here and takes_loopback_redirect(server)
