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

    from gts_wizard.credentials.store import Store
    from gts_wizard.models import Attempt, Registration
    from gts_wizard.shelf import Shelf

ATTEMPT_LIFETIME = timedelta(days=1)


class Attempts:
    """The attempts that `store` keeps.

    Args:
        store: where they are kept.
        now: the clock, in UTC.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def open(self) -> list[Attempt]:
        """Return those that can be gone on with, the newest first.

        Raises:
            FileError: the shelf can't be read.
        """
        shelf = await asyncio.to_thread(self._store.load)
        return [one for one in reversed(shelf.attempts) if not self._is_stale(one)]

    async def keep(
        self,
        attempt: Attempt,
        registration: Registration | None = None,
        instead_of: Attempt | None = None,
    ) -> Attempt:
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

        def change(shelf: Shelf) -> Shelf:
            if registration is not None:
                shelf = shelf.with_registration(registration, attempt.expected)
            if instead_of is not None:
                shelf = shelf.without_attempt(instead_of.state)
            return _with_attempt(self._swept(shelf, attempt), attempt)

        shelf = await asyncio.to_thread(self._store.change, change)
        return shelf.attempt(attempt.state) or attempt

    async def drop(self, attempt: Attempt) -> None:
        """Take an attempt off the shelf.

        Raises:
            FileError: that can't be saved.
        """
        await asyncio.to_thread(
            self._store.change, lambda shelf: shelf.without_attempt(attempt.state)
        )

    def _swept(self, shelf: Shelf, current: Attempt) -> Shelf:
        """Drop what is a day old, and look-ups that came to nothing before this one."""
        for one in shelf.attempts:
            if one.state != current.state and (self._is_stale(one) or not one.client_id):
                shelf = shelf.without_attempt(one.state)
        return shelf

    def _is_stale(self, attempt: Attempt) -> bool:
        return attempt.token is None and self._now() - attempt.started_at > ATTEMPT_LIFETIME


def without_ended(shelf: Shelf, attempt: Attempt) -> Shelf:
    """Drop an attempt that ended well, and those of the same server that it came after."""
    for one in shelf.attempts:
        superseded = one.server.origin == attempt.server.origin and one.token is None
        if one.state == attempt.state or (superseded and one.started_at <= attempt.started_at):
            shelf = shelf.without_attempt(one.state)
    return shelf


def _with_attempt(shelf: Shelf, attempt: Attempt) -> Shelf:
    kept = shelf.attempt(attempt.state)
    if kept is not None and kept.token is not None and attempt.token is None:
        # Its code was exchanged while the person had gone back a step: the token stays.
        return shelf
    return shelf.with_attempt(attempt)
