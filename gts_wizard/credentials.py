"""Everything the credentials file keeps, as one value, and the changes it can go through.

A change is a new shelf made from an old one, so that it can be applied to whatever is on disk at
that moment. The ground floor: every room may come here; nothing is touched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gts_wizard.secret import SecretStorage

if TYPE_CHECKING:
    from gts_wizard.models import Account, ClientRegistration, PendingSignIn


@dataclass(frozen=True)
class Credentials:
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
    registrations: tuple[ClientRegistration, ...] = ()
    pending_sign_ins: tuple[PendingSignIn, ...] = ()
    default: str = ""
    default_storage: SecretStorage = SecretStorage.FILE
    theme: str = ""

    def account(self, handle: str) -> Account | None:
        """Return the account with this handle, whatever its capitals."""
        return next((one for one in self.accounts if _same_handle(one.handle, handle)), None)

    def pending_sign_in(self, state: str) -> PendingSignIn | None:
        """Return the attempt with this `state`."""
        return next((one for one in self.pending_sign_ins if one.state == state), None)

    def registration(self, origin: str, client_id: str) -> ClientRegistration | None:
        """Return the registration at `origin` with this client identifier."""
        wanted = (origin, client_id)
        return next(
            (one for one in self.registrations if (one.origin, one.client_id) == wanted), None
        )

    def storage_for(self, handle: str) -> SecretStorage:
        """Return where the secrets of an account are kept, or would be if it came new."""
        account = self.account(handle)
        return self.default_storage if account is None else account.token.storage

    def with_account(self, account: Account) -> Credentials:
        """Put an account in, in place of one with the same handle, its secrets kept alike."""
        account = _with_storage(self.storage_for(account.handle), account)
        if self.account(account.handle) is None:
            accounts = (*self.accounts, account)
        else:
            accounts = tuple(
                account if _same_handle(one.handle, account.handle) else one
                for one in self.accounts
            )
        default = self.default or account.handle
        return replace(self, accounts=accounts, default=default)._with_registration_storage()

    def with_default(self, handle: str) -> Credentials:
        """Make an account the one that scripts get."""
        account = self.account(handle)
        return self if account is None else replace(self, default=account.handle)

    def without_account(self, handle: str) -> Credentials:
        """Take an account out; the default moves to the first that remains."""
        accounts = tuple(one for one in self.accounts if not _same_handle(one.handle, handle))
        default = self.default
        if _same_handle(default, handle):
            default = accounts[0].handle if accounts else ""
        return replace(self, accounts=accounts, default=default)

    def with_storage(self, place: SecretStorage, handle: str) -> Credentials:
        """Keep the secrets of one account somewhere else."""
        accounts = tuple(
            _with_storage(place, one) if _same_handle(one.handle, handle) else one
            for one in self.accounts
        )
        return replace(self, accounts=accounts)._with_registration_storage()

    def with_all_storage(self, place: SecretStorage) -> Credentials:
        """Keep all secrets somewhere else, those of what is new included."""
        return replace(
            self,
            default_storage=place,
            accounts=tuple(_with_storage(place, one) for one in self.accounts),
            registrations=tuple(replace(one, storage=place) for one in self.registrations),
            pending_sign_ins=tuple(
                _pending_with_storage(place, one) for one in self.pending_sign_ins
            ),
        )

    def with_pending(self, attempt: PendingSignIn) -> Credentials:
        """Put an attempt in, in place of one with the same `state`.

        Its token is kept where that of the account is that is expected.
        """
        attempt = _pending_with_storage(self.storage_for(attempt.requested_handle), attempt)
        others = self.without_pending(attempt.state).pending_sign_ins
        return replace(self, pending_sign_ins=(*others, attempt))

    def without_pending(self, state: str) -> Credentials:
        """Take an attempt out."""
        return replace(
            self, pending_sign_ins=tuple(one for one in self.pending_sign_ins if one.state != state)
        )

    def with_registration(self, registration: ClientRegistration, owner: str = "") -> Credentials:
        """Put a registration in, in place of the same one.

        Args:
            registration: what is kept.
            owner: the handle it is made for, whose secrets tell where this one is kept.
        """
        registration = replace(registration, storage=self.storage_for(owner))
        others = self.without_registration(registration).registrations
        return replace(self, registrations=(*others, registration))

    def without_registration(self, registration: ClientRegistration) -> Credentials:
        """Take a registration out."""
        gone = (registration.origin, registration.client_id)
        kept = tuple(one for one in self.registrations if (one.origin, one.client_id) != gone)
        return replace(self, registrations=kept)

    def without_unused_registrations(self, origin: str) -> Credentials:
        """Take out the registrations at `origin` that no account and no attempt needs."""
        needed = {one.client_id for one in self.accounts if one.server.origin == origin}
        needed |= {one.client_id for one in self.pending_sign_ins if one.server.origin == origin}
        kept = tuple(
            one for one in self.registrations if one.origin != origin or one.client_id in needed
        )
        return replace(self, registrations=kept)

    def _with_registration_storage(self) -> Credentials:
        """Keep each registration's secret as its accounts' are: in the file if one of them is."""
        places: dict[tuple[str, str], set[SecretStorage]] = {}
        for one in self.accounts:
            key = (one.server.origin, one.client_id)
            places.setdefault(key, set()).add(one.token.storage)

        def along(registration: ClientRegistration) -> ClientRegistration:
            kept_in = places.get((registration.origin, registration.client_id))
            if kept_in is None:
                return registration
            return replace(registration, storage=min(kept_in, key=list(SecretStorage).index))

        return replace(self, registrations=tuple(map(along, self.registrations)))


def _with_storage(place: SecretStorage, account: Account) -> Account:
    return replace(account, token=replace(account.token, storage=place))


def _pending_with_storage(place: SecretStorage, attempt: PendingSignIn) -> PendingSignIn:
    if attempt.token is None:
        return attempt
    return replace(attempt, token=replace(attempt.token, storage=place))


def _same_handle(handle: str, other: str) -> bool:
    return handle.casefold() == other.casefold()
