"""A row of the list of accounts, laid out only when it is seen: a list can be thousands long."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from textual.content import Content
from textual.visual import Visual

from gts_wizard import messages
from gts_wizard.models import AccountStatus
from gts_wizard.oauth.server_features import software_name

if TYPE_CHECKING:
    from textual.css.styles import RulesMap
    from textual.strip import Strip
    from textual.style import Style
    from textual.visual import RenderOptions

    from gts_wizard.models import Account

_COLOURS = {AccountStatus.FINE: "$success", AccountStatus.REVOKED: "$error"}


class AccountRow(Visual):
    """The two lines of an account in the list.

    Attributes:
        account: the account.
        is_default: whether scripts get it when they name none.
    """

    def __init__(self, account: Account, *, is_default: bool) -> None:
        self.account = account
        self.is_default = is_default

    @cached_property
    def searchable_text(self) -> str:
        """What the words of the filter are searched in."""
        account, server = self.account, self.account.server
        texts = (account.handle, account.display_name, server.host, server.title)
        return " ".join(
            (*texts, software_name(server), messages.STATUS_LABELS[account.status])
        ).casefold()

    def _content(self, width: int) -> Content:
        account = self.account
        name = account.display_name if account.display_name != account.username else ""
        colour = _COLOURS.get(account.status, "$warning")
        facts = (
            messages.allowed(account.server, account.token.scopes),
            software_name(account.server),
        )
        icon = Content.styled(f"{messages.STATUS_ICONS[account.status]} ", f"bold {colour}")
        mark = Content.styled("  ★ used by your scripts" if self.is_default else "", "$primary")
        # Both names can be longer than the row; what is cut off is never the mark.
        who = Content.assemble((account.handle, "bold"), f"  {name}" if name else "").truncate(
            width - icon.cell_length - mark.cell_length, ellipsis=True
        )
        return Content.assemble(
            icon,
            who,
            mark,
            "\n  ",
            (messages.standing(account, datetime.now(UTC)), colour),
            (f" · {' · '.join(facts)}", "$foreground 70%"),
        )

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Lay out the text."""
        return self._content(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the width that needs no ellipsis."""
        return self._content(container_width).get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:  # noqa: ARG002
        """Return the height, which the list asks of every row, seen or not."""
        return 2
