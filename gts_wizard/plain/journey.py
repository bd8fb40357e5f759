"""The plain journey as a whole: where it begins, what comes after what, and how it ends."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from gts_wizard.errors import AccessEnded, AddressError, DifferentAccount
from gts_wizard.models import Step
from gts_wizard.plain import words
from gts_wizard.plain.choosing import find, permit
from gts_wizard.plain.dialogue import Left
from gts_wizard.plain.returning import Returning
from gts_wizard.rules.address import read_address
from gts_wizard.rules.leaving import is_as_it_was, was_not_ended
from gts_wizard.rules.scopes import with_verifying

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gts_wizard.models import Account, Attempt, Scopes
    from gts_wizard.plain.means import Means
    from gts_wizard.rules.address import Address
    from gts_wizard.services.verifying import SignedIn


class PlainJourney:
    """Leads one person to one account.

    Args:
        means: what is at hand.

    Attributes:
        attempt: the attempt that a next start goes on with; None while there is nothing to keep.
    """

    def __init__(self, means: Means) -> None:
        self.attempt: Attempt | None = None
        self._means = means

    def sign_in(self, address: str = "", scopes: str | None = None) -> SignedIn:
        """Sign in to an account, or go on with what was begun.

        Args:
            address: what was given for the server; asked for when empty.
            scopes: the permissions in OAuth's words; asked for when None.

        Raises:
            Left: the person stopped, or there were no more answers.
            WizardError: nobody could be asked how to go on after it.
        """
        begun = self._issued(address, scopes) if address else self._offered()
        self.attempt = begun or find(self._means, address)
        is_chosen = begun is not None and begun.step is not Step.PERMISSIONS and scopes is None
        self._say_limits(self.attempt)
        if self.attempt.token is None and not is_chosen:
            self.attempt = permit(self._means, self.attempt, scopes)
        return self._walk(self.attempt)

    def renew(self, account: Account, chosen: Scopes = ()) -> SignedIn:
        """Replace an account's access, or go on with what was begun.

        Args:
            account: whose access it is.
            chosen: what the new one may do; the same as the old one when left out.

        Raises:
            Left: the person stopped, or there were no more answers.
            WizardError: nobody could be asked how to go on after it.
        """
        handle = account.handle
        begun = (one for one in self._open() if one.renews == handle)
        fitting = (one for one in begun if not chosen or one.scopes == with_verifying(chosen))
        self.attempt = next(fitting, None)
        if self.attempt is None:
            renew = partial(self._means.sign_in.renew, account, chosen)
            self.attempt = self._means.waiting.wait_for(f"Getting a link for {handle}", renew)
        else:
            self._say_left_open(self.attempt)
        self._say_limits(self.attempt)
        return self._walk(self.attempt, account.token.scopes)

    def _walk(self, attempt: Attempt, before: Scopes = ()) -> SignedIn:
        if attempt.token is None:
            attempt = Returning(self._means, attempt, before).redeem()
            self.attempt = attempt
        try:
            return self._met(attempt)
        except AccessEnded as error:
            self._means.dialogue.say(str(error))
            start_over = partial(self._means.sign_in.start_over, attempt)
            self.attempt = self._means.waiting.wait_for("Getting a fresh link", start_over)
            return self._walk(self.attempt, before)

    def _met(self, attempt: Attempt) -> SignedIn:
        """Ask whose access it is; somebody else's is kept beside the other, or not at all."""
        try:
            return self._verified(attempt, keeps_both=False)
        except DifferentAccount as error:
            self._means.dialogue.say(str(error))
        if self._means.dialogue.choose("Stop (s), or keep both (k)?", "sk") == "k":
            return self._verified(attempt, keeps_both=True)
        let_go = partial(self._means.sign_in.let_go, attempt)
        alive = self._means.waiting.wait_for("Ending what is not wanted", let_go)
        self.attempt = None
        raise Left(is_as_it_was(attempt.renews, alive))

    def _verified(self, attempt: Attempt, *, keeps_both: bool) -> SignedIn:
        verify = partial(self._means.sign_in.verify, attempt, keeps_both=keeps_both)
        return self._means.waiting.wait_for("Asking your server who you are", verify, AccessEnded)

    def _offered(self) -> Attempt | None:
        """Return what was begun last, if the person wants to go on with it."""
        begun = next(iter(self._open()), None)
        if begun is None:
            return None
        self._say_left_open(begun)
        match self._means.dialogue.choose(words.GO_ON, "ynf"):
            case "y":
                return begun
            case "f":
                let_go = partial(self._means.sign_in.let_go, begun)
                alive = self._means.waiting.wait_for("Letting it go", let_go)
                if alive is not None:
                    self._means.dialogue.say(was_not_ended(alive))
        return None

    def _issued(self, address: str, scopes: str | None) -> Attempt | None:
        """Return an attempt, just as given, to which only the person's name is missing."""
        try:
            typed = read_address(address)
        except AddressError:
            return None
        for one in self._open():
            if one.token is not None and not one.renews and _is_meant(one, typed, scopes):
                self._say_left_open(one)
                return one
        return None

    def _open(self) -> Sequence[Attempt]:
        return self._means.waiting.wait_for("", self._means.sign_in.open_attempts)

    def _say_limits(self, attempt: Attempt) -> None:
        """Say what the server can't do, before anything is allowed there."""
        if attempt.token is None:
            self._means.dialogue.say(*words.limits(attempt.server))

    def _say_left_open(self, attempt: Attempt) -> None:
        self._means.dialogue.say(words.left_open(attempt, datetime.now(UTC)))


def _is_meant(attempt: Attempt, typed: Address, scopes: str | None) -> bool:
    """Tell whether what was given on the command line fits an attempt."""
    is_there = typed.host in {attempt.server.host, attempt.server.account_domain}
    is_theirs = typed.username.casefold() in {"", attempt.username.casefold()}
    is_chosen = scopes is None or with_verifying(scopes.split()) == attempt.scopes
    return is_there and is_theirs and is_chosen
