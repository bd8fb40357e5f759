"""Everything the credentials file keeps, as one value, and the changes it can go through.

A change is a new shelf made from an old one, so that it can be applied to whatever is on disk at
that moment. The ground floor: every room may come here; nothing is touched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gts_wizard.secret import Place

if TYPE_CHECKING:
    from gts_wizard.models import Account, Attempt, Registration


@dataclass(frozen=True)
class Shelf:
    """What is kept.

    Attributes:
        accounts: the verified accounts, at most one a handle.
        registrations: the wizard's applications, at most one a server and client identifier.
        attempts: the unfinished ones, at most one a `state`, oldest first.
        default: the handle scripts get when they name none; empty where there is no account.
        secrets_in: where the secrets of what is new are kept.
        theme: the colours that were chosen for the screens; empty where none were.
    """

    accounts: tuple[Account, ...] = ()
    registrations: tuple[Registration, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    default: str = ""
    secrets_in: Place = Place.FILE
    theme: str = ""

    def account(self, handle: str) -> Account | None:
        """Return the account with this handle, whatever its capitals."""
        return next((one for one in self.accounts if _same(one.handle, handle)), None)

    def attempt(self, state: str) -> Attempt | None:
        """Return the attempt with this `state`."""
        return next((one for one in self.attempts if one.state == state), None)

    def registration(self, origin: str, client_id: str) -> Registration | None:
        """Return the registration at `origin` with this client identifier."""
        wanted = (origin, client_id)
        return next(
            (one for one in self.registrations if (one.origin, one.client_id) == wanted), None
        )

    def place_of(self, handle: str) -> Place:
        """Return where the secrets of an account are kept, or would be if it came new."""
        account = self.account(handle)
        return self.secrets_in if account is None else account.token.kept_in

    def with_account(self, account: Account) -> Shelf:
        """Put an account in, in place of one with the same handle, its secrets kept alike."""
        account = _kept_in(self.place_of(account.handle), account)
        if self.account(account.handle) is None:
            accounts = (*self.accounts, account)
        else:
            accounts = tuple(
                account if _same(one.handle, account.handle) else one for one in self.accounts
            )
        default = self.default or account.handle
        return replace(self, accounts=accounts, default=default)._with_registrations_along()

    def with_default(self, handle: str) -> Shelf:
        """Make an account the one that scripts get."""
        account = self.account(handle)
        return self if account is None else replace(self, default=account.handle)

    def without_account(self, handle: str) -> Shelf:
        """Take an account out; the default moves to the first that remains."""
        accounts = tuple(one for one in self.accounts if not _same(one.handle, handle))
        default = self.default
        if _same(default, handle):
            default = accounts[0].handle if accounts else ""
        return replace(self, accounts=accounts, default=default)

    def with_secrets_in(self, place: Place, handle: str) -> Shelf:
        """Keep the secrets of one account somewhere else."""
        accounts = tuple(
            _kept_in(place, one) if _same(one.handle, handle) else one for one in self.accounts
        )
        return replace(self, accounts=accounts)._with_registrations_along()

    def with_all_secrets_in(self, place: Place) -> Shelf:
        """Keep all secrets somewhere else, those of what is new included."""
        return replace(
            self,
            secrets_in=place,
            accounts=tuple(_kept_in(place, one) for one in self.accounts),
            registrations=tuple(replace(one, kept_in=place) for one in self.registrations),
            attempts=tuple(_attempt_kept_in(place, one) for one in self.attempts),
        )

    def with_attempt(self, attempt: Attempt) -> Shelf:
        """Put an attempt in, in place of one with the same `state`.

        Its token is kept where that of the account is that is expected.
        """
        attempt = _attempt_kept_in(self.place_of(attempt.expected), attempt)
        others = self.without_attempt(attempt.state).attempts
        return replace(self, attempts=(*others, attempt))

    def without_attempt(self, state: str) -> Shelf:
        """Take an attempt out."""
        return replace(self, attempts=tuple(one for one in self.attempts if one.state != state))

    def with_registration(self, registration: Registration, owner: str = "") -> Shelf:
        """Put a registration in, in place of the same one.

        Args:
            registration: what is kept.
            owner: the handle it is made for, whose secrets tell where this one is kept.
        """
        registration = replace(registration, kept_in=self.place_of(owner))
        others = self.without_registration(registration).registrations
        return replace(self, registrations=(*others, registration))

    def without_registration(self, registration: Registration) -> Shelf:
        """Take a registration out."""
        gone = (registration.origin, registration.client_id)
        kept = tuple(one for one in self.registrations if (one.origin, one.client_id) != gone)
        return replace(self, registrations=kept)

    def without_idle_registrations(self, origin: str) -> Shelf:
        """Take out the registrations at `origin` that no account and no attempt needs."""
        needed = {one.client_id for one in self.accounts if one.server.origin == origin}
        needed |= {one.client_id for one in self.attempts if one.server.origin == origin}
        kept = tuple(
            one for one in self.registrations if one.origin != origin or one.client_id in needed
        )
        return replace(self, registrations=kept)

    def _with_registrations_along(self) -> Shelf:
        """Keep each registration's secret as its accounts' are: in the file if one of them is."""
        places: dict[tuple[str, str], set[Place]] = {}
        for one in self.accounts:
            key = (one.server.origin, one.client_id)
            places.setdefault(key, set()).add(one.token.kept_in)

        def along(registration: Registration) -> Registration:
            kept_in = places.get((registration.origin, registration.client_id))
            if kept_in is None:
                return registration
            return replace(registration, kept_in=min(kept_in, key=list(Place).index))

        return replace(self, registrations=tuple(map(along, self.registrations)))


def _kept_in(place: Place, account: Account) -> Account:
    return replace(account, token=replace(account.token, kept_in=place))


def _attempt_kept_in(place: Place, attempt: Attempt) -> Attempt:
    if attempt.token is None:
        return attempt
    return replace(attempt, token=replace(attempt.token, kept_in=place))


def _same(handle: str, other: str) -> bool:
    return handle.casefold() == other.casefold()
