"""The contents of the credentials file as one immutable value, and its updates.

Every update returns a new `Credentials` made from the old one, so that it can be applied to
whatever is on disk at that moment. No I/O.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gts_wizard.secret import SecretStorage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gts_wizard.models import Account, ClientRegistration, PendingSignIn, ReplacedToken, Token


class Credentials(NamedTuple):
    """The contents of the credentials file.

    Attributes:
        accounts: the verified accounts, at most one per handle.
        registrations: the wizard's OAuth clients, at most one per server and client identifier.
        pending_sign_ins: the unfinished sign-ins, at most one per `state`, oldest first.
        replaced_tokens: the tokens that new ones replaced, and that are still to be revoked.
        default: the handle of the account that scripts use when they name none, as it is saved;
            empty where there is no account. `default_handle` is the one to use.
        default_storage: where the secrets of new accounts and registrations are stored.
        theme: the colour theme chosen for the screens; empty where none was chosen.
    """

    accounts: tuple[Account, ...] = ()
    registrations: tuple[ClientRegistration, ...] = ()
    pending_sign_ins: tuple[PendingSignIn, ...] = ()
    replaced_tokens: tuple[ReplacedToken, ...] = ()
    default: str = ""
    default_storage: SecretStorage = SecretStorage.FILE
    theme: str = ""

    def account(self, handle: str) -> Account | None:
        """Return the account with this handle, compared without regard to case, or None."""
        return next(
            (account for account in self.accounts if _same_handle(account.handle, handle)), None
        )

    def saved_account(self, account: Account) -> Account | None:
        """Return an account as it is saved, perhaps under an earlier name, or None.

        A server may let an account change its name, and never its identifier.
        """
        key = (account.server.origin, account.id)
        return self.account(account.handle) or next(
            (saved for saved in self.accounts if (saved.server.origin, saved.id) == key), None
        )

    @property
    def default_handle(self) -> str:
        """The handle of the default account; empty where there is none.

        A single account is the default even where the file, edited by hand, names none.
        """
        account = self.account(self.default)
        if account is None and len(self.accounts) == 1:
            account = self.accounts[0]
        return account.handle if account else ""

    def pending_sign_in(self, state: str) -> PendingSignIn | None:
        """Return the pending sign-in with this `state`, or None."""
        return next((pending for pending in self.pending_sign_ins if pending.state == state), None)

    def registration(self, origin: str, client_id: str) -> ClientRegistration | None:
        """Return the registration at `origin` with this client identifier, or None."""
        key = (origin, client_id)
        return next(
            (
                registration
                for registration in self.registrations
                if (registration.origin, registration.client_id) == key
            ),
            None,
        )

    def app_name(self, account: Account) -> str:
        """Return the name under which an account's server lists its token.

        Empty where the wizard has not chosen it: the token is from another program, or its
        registration is not saved.
        """
        registration = self.registration(account.server.origin, account.client_id)
        # An imported registration has no scopes.
        return registration.name if registration is not None and registration.scopes else ""

    def storage_for(self, handle: str) -> SecretStorage:
        """Return where the secrets of an account are stored; the default for an unknown handle."""
        account = self.account(handle)
        return self.default_storage if account is None else account.token.storage

    def with_account(self, account: Account) -> Credentials:
        """Add an account, or replace the one with the same handle and keep its secret storage."""
        account = _with_storage(self.storage_for(account.handle), account)
        if self.account(account.handle) is None:
            accounts = (*self.accounts, account)
        else:
            accounts = tuple(
                account if _same_handle(saved.handle, account.handle) else saved
                for saved in self.accounts
            )
        default = self.default or account.handle
        return _with_registration_storage(self._replace(accounts=accounts, default=default))

    def with_username(self, account: Account, username: str) -> Credentials:
        """Rename a saved account, and whatever else names it.

        Nothing changes where an account has the new name already: a handle stands for only one.
        """
        renamed = account._replace(username=username)
        if self.account(renamed.handle) is not None:
            return self

        def follow(handle: str) -> str:
            return renamed.handle if _same_handle(handle, account.handle) else handle

        return self._replace(
            accounts=tuple(
                saved._replace(username=username)
                if _same_handle(saved.handle, account.handle)
                else saved
                for saved in self.accounts
            ),
            pending_sign_ins=tuple(
                pending._replace(renewed_handle=follow(pending.renewed_handle))
                for pending in self.pending_sign_ins
            ),
            replaced_tokens=tuple(
                replaced._replace(handle=follow(replaced.handle))
                for replaced in self.replaced_tokens
            ),
            default=follow(self.default),
        )

    def with_default(self, handle: str) -> Credentials:
        """Make an account the default for scripts; an unknown handle changes nothing."""
        account = self.account(handle)
        return self if account is None else self._replace(default=account.handle)

    def without_account(self, handle: str) -> Credentials:
        """Remove an account, and what is left of its pending renewals.

        If it was the default, the first remaining one becomes it.
        """
        accounts = tuple(
            account for account in self.accounts if not _same_handle(account.handle, handle)
        )
        default = self.default
        if _same_handle(default, handle):
            default = accounts[0].handle if accounts else ""
        return self.without_renewals(handle)._replace(accounts=accounts, default=default)

    def without_renewals(self, handle: str) -> Credentials:
        """Turn the pending renewals of an account that have a token into sign-ins.

        They are over as renewals: another one has renewed it, or it was signed out.
        """
        return self._replace(
            pending_sign_ins=tuple(
                pending._replace(renewed_handle="")
                if pending.token is not None and _same_handle(pending.renewed_handle, handle)
                else pending
                for pending in self.pending_sign_ins
            )
        )

    def with_storage(self, storage: SecretStorage, handle: str) -> Credentials:
        """Change where the secrets of one account are stored."""
        accounts = tuple(
            _with_storage(storage, account) if _same_handle(account.handle, handle) else account
            for account in self.accounts
        )
        return _with_registration_storage(self._replace(accounts=accounts))

    def with_all_storage(self, storage: SecretStorage) -> Credentials:
        """Change where all secrets are stored, and where new ones will be."""
        return self.map_tokens(lambda token, _: token._replace(storage=storage))._replace(
            default_storage=storage,
            registrations=tuple(
                registration._replace(storage=storage) for registration in self.registrations
            ),
        )

    @property
    def tokens(self) -> Iterator[Token]:
        """Every token: those of accounts, of pending sign-ins, and those to be revoked."""
        yield from (account.token for account in self.accounts)
        yield from (pending.token for pending in self.pending_sign_ins if pending.token is not None)
        yield from (replaced.token for replaced in self.replaced_tokens)

    def map_tokens(self, change: Callable[[Token, str], Token]) -> Credentials:
        """Change every token.

        Args:
            change: returns the new token, given the old one and whose it is: the handle, or the
                server's host where that is not known yet.
        """
        return self._replace(
            accounts=tuple(
                account._replace(token=change(account.token, account.handle))
                for account in self.accounts
            ),
            pending_sign_ins=tuple(
                pending
                if pending.token is None
                else pending._replace(token=change(pending.token, pending.server.host))
                for pending in self.pending_sign_ins
            ),
            replaced_tokens=tuple(
                replaced._replace(token=change(replaced.token, replaced.handle))
                for replaced in self.replaced_tokens
            ),
        )

    def with_replaced(self, replaced: ReplacedToken) -> Credentials:
        """Add a token that is to be revoked; it is there once only."""
        others = (
            other for other in self.replaced_tokens if other.token.value != replaced.token.value
        )
        return self._replace(replaced_tokens=(*others, replaced))

    def without_replaced(self, revoked: ReplacedToken) -> Credentials:
        """Remove a replaced token, and its registration if nothing else needs it."""
        remaining = tuple(
            replaced
            for replaced in self.replaced_tokens
            if replaced.token.value != revoked.token.value
        )
        credentials = self._replace(replaced_tokens=remaining)
        return credentials.without_unused_registrations(revoked.server.origin)

    def with_pending(self, pending: PendingSignIn) -> Credentials:
        """Add a pending sign-in at the end, in place of one with the same `state`.

        Its token is stored where the token of the requested account is.
        """
        pending = _pending_with_storage(self.storage_for(pending.requested_handle), pending)
        others = self.without_pending(pending.state).pending_sign_ins
        return self._replace(pending_sign_ins=(*others, pending))

    def without_pending(self, state: str) -> Credentials:
        """Remove the pending sign-in with this `state`."""
        remaining = tuple(pending for pending in self.pending_sign_ins if pending.state != state)
        return self._replace(pending_sign_ins=remaining)

    def with_registration(self, registration: ClientRegistration, owner: str = "") -> Credentials:
        """Add a registration at the end, in place of one with the same server and client.

        Args:
            registration: the registration.
            owner: the handle it is made for; its secret is stored where that account's are. Empty
                for an account that is not known yet.
        """
        registration = registration._replace(storage=self.storage_for(owner))
        others = self.without_registration(registration).registrations
        return self._replace(registrations=(*others, registration))

    def without_registration(self, registration: ClientRegistration) -> Credentials:
        """Remove the registration with the same server and client identifier."""
        key = (registration.origin, registration.client_id)
        remaining = tuple(
            saved for saved in self.registrations if (saved.origin, saved.client_id) != key
        )
        return self._replace(registrations=remaining)

    def without_unused_registrations(self, origin: str) -> Credentials:
        """Remove the registrations at `origin` that no token and no pending sign-in uses."""
        used = {
            owner.client_id
            for owners in (self.accounts, self.pending_sign_ins, self.replaced_tokens)
            for owner in owners
            if owner.server.origin == origin
        }
        remaining = tuple(
            registration
            for registration in self.registrations
            if registration.origin != origin or registration.client_id in used
        )
        return self._replace(registrations=remaining)


def _with_storage(storage: SecretStorage, account: Account) -> Account:
    return account._replace(token=account.token._replace(storage=storage))


def _with_registration_storage(credentials: Credentials) -> Credentials:
    """Store each registration's secret like its accounts' tokens.

    It is in the file as soon as one of these tokens is.
    """
    storages: dict[tuple[str, str], set[SecretStorage]] = {}
    for account in credentials.accounts:
        key = (account.server.origin, account.client_id)
        storages.setdefault(key, set()).add(account.token.storage)

    def with_account_storage(registration: ClientRegistration) -> ClientRegistration:
        used = storages.get((registration.origin, registration.client_id))
        if used is None:
            return registration
        return registration._replace(storage=min(used, key=list(SecretStorage).index))

    return credentials._replace(
        registrations=tuple(map(with_account_storage, credentials.registrations))
    )


def _pending_with_storage(storage: SecretStorage, pending: PendingSignIn) -> PendingSignIn:
    if pending.token is None:
        return pending
    return pending._replace(token=pending.token._replace(storage=storage))


def _same_handle(handle: str, other: str) -> bool:
    return handle.casefold() == other.casefold()
