"""The unfinished attempts on the shelf: keeping, finding and dropping them.

`sign_in` and `redeeming` come in; only the shelf is touched.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gts_wizard.credentials import Credentials
    from gts_wizard.models import ClientRegistration, PendingSignIn
    from gts_wizard.storage.store import Store

PENDING_LIFETIME = timedelta(days=1)


class PendingSignIns:
    """The attempts that `store` keeps.

    Args:
        store: where they are kept.
        now: the clock, in UTC.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def list(self) -> list[PendingSignIn]:
        """Return those that can be gone on with, the newest first.

        Raises:
            FileError: the shelf can't be read.
        """
        shelf = await asyncio.to_thread(self._store.load)
        return [one for one in reversed(shelf.pending_sign_ins) if not self._is_stale(one)]

    async def save(
        self,
        attempt: PendingSignIn,
        registration: ClientRegistration | None = None,
        instead_of: PendingSignIn | None = None,
    ) -> PendingSignIn:
        """Put an attempt on the shelf, and sweep the shelf.

        Args:
            attempt: what to keep.
            registration: what its link names, where that is new.
            instead_of: one that nobody will go on with now.

        Returns:
            The attempt as it is on the shelf: it may have got its token meanwhile.

        Raises:
            FileError: it can't be saved.
        """

        def change(shelf: Credentials) -> Credentials:
            if registration is not None:
                shelf = shelf.with_registration(registration, attempt.requested_handle)
            if instead_of is not None:
                shelf = shelf.without_pending(instead_of.state)
            return _with_pending(self._swept(shelf, attempt), attempt)

        shelf = await asyncio.to_thread(self._store.update, change)
        return shelf.pending_sign_in(attempt.state) or attempt

    async def remove(self, attempt: PendingSignIn) -> None:
        """Take an attempt off the shelf.

        Raises:
            FileError: that can't be saved.
        """
        await asyncio.to_thread(
            self._store.update, lambda shelf: shelf.without_pending(attempt.state)
        )

    def _swept(self, shelf: Credentials, current: PendingSignIn) -> Credentials:
        """Drop what is a day old, and look-ups that came to nothing before this one."""
        for one in shelf.pending_sign_ins:
            if one.state != current.state and (self._is_stale(one) or not one.client_id):
                shelf = shelf.without_pending(one.state)
        return shelf

    def _is_stale(self, attempt: PendingSignIn) -> bool:
        return attempt.token is None and self._now() - attempt.started_at > PENDING_LIFETIME


def without_finished(shelf: Credentials, attempt: PendingSignIn) -> Credentials:
    """Drop an attempt that ended well, and those of the same server that it came after."""
    for one in shelf.pending_sign_ins:
        superseded = one.server.origin == attempt.server.origin and one.token is None
        if one.state == attempt.state or (superseded and one.started_at <= attempt.started_at):
            shelf = shelf.without_pending(one.state)
    return shelf


def _with_pending(shelf: Credentials, attempt: PendingSignIn) -> Credentials:
    kept = shelf.pending_sign_in(attempt.state)
    if kept is not None and kept.token is not None and attempt.token is None:
        # Its code was exchanged while the person had gone back a step: the token stays.
        return shelf
    return shelf.with_pending(attempt)
