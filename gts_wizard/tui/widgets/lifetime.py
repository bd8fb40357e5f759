"""How long a code is good for at least, running down before the person's eyes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from textual.widgets import Static

CODE_LIFETIME = timedelta(minutes=10)
"""How long a GoToSocial code is good for (measured)."""

_OVER = (
    "Codes work for ten minutes, so yours may be too old by now. If it is refused, press F5 for a "
    "fresh link."
)


class CodeExpiry(Static):
    """Counts down from when the link was made: no code of it can be older.

    Args:
        began: when the link was made, UTC.
    """

    def __init__(self, began: datetime) -> None:
        super().__init__(id="lifetime", markup=False)
        self._began = began

    def on_mount(self) -> None:
        """Start to count."""
        self._tell()
        self.set_interval(1, self._tell)

    def _tell(self) -> None:
        # A clock that was set back makes no code last longer.
        age = max(timedelta(), datetime.now(UTC) - self._began)
        left = int((CODE_LIFETIME - age).total_seconds())
        minutes, seconds = divmod(left, 60)
        told = f"A code works for ten minutes: yours for at least {minutes}:{seconds:02} more."
        self.update(told if left > 0 else _OVER)
