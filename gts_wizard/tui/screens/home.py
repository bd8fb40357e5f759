"""Home: the welcome of somebody new, and the accounts of somebody who comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from gts_wizard.models import Step as Where
from gts_wizard.rules.scopes import in_words
from gts_wizard.rules.software import software_name
from gts_wizard.tui.screens.account import AccountScreen
from gts_wizard.tui.screens.step import Step

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gts_wizard.models import Account, Attempt

_WELCOME = (
    "This wizard connects this computer to your account on GoToSocial, Mastodon or a "
    "similar server. After that, programs and scripts you run here can act for you: only as "
    "far as you allow, and only until you end it.\n\n"
    "You need the address of your server, and a browser where you can sign in to it. "
    "It takes about two minutes, and five small steps."
)


class HomeScreen(Step):
    """The accounts, an unfinished attempt if there is one, and the way to a new account."""

    def __init__(self) -> None:
        super().__init__()
        self._attempt: Attempt | None = None
        self._accounts: tuple[Account, ...] = ()
        self._default = ""

    def compose_page(self) -> ComposeResult:
        """Lay out the welcome and the list, of which one applies."""
        yield Static("Welcome", id="heading", markup=False)
        yield Static(_WELCOME, id="welcome", markup=False)
        yield OptionList(id="accounts", compact=True)

    def compose_actions(self) -> ComposeResult:
        """Lay out the ways on: with an open attempt, or with a new account."""
        with Vertical(id="open-attempt"):
            yield Static(id="attempt-text", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Continue", variant="primary", id="continue")
                yield Button("Forget it", id="let-go")
        with Horizontal(classes="buttons", id="new-row"):
            yield Button("Sign in", variant="primary", id="new")
        yield Static("Enter presses the bright button. Tab goes to the next one.", id="hint")

    def on_mount(self) -> None:
        """Start with nothing shown that may not apply, and ready for an early Enter."""
        self.query_one("#accounts").display = False
        self.query_one("#open-attempt").display = False
        self.query_one("#new", Button).focus()

    def on_screen_resume(self) -> None:
        """Read the shelf whenever this screen comes to the front."""
        self.run_quietly(self._read)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer Esc to stop something only: there is nothing below Home to go back to."""
        if action == "back" and not self.is_waiting:
            return False
        return super().check_action(action, parameters)

    @on(Button.Pressed, "#new")
    def sign_in(self) -> None:
        """Begin a journey."""
        self.app.begin_journey()

    @on(Button.Pressed, "#continue")
    def go_on(self) -> None:
        """Go on with the open attempt where it was left."""
        if self._attempt is not None:
            self.app.resume_journey(self._attempt)

    @on(Button.Pressed, "#let-go")
    def let_go(self) -> None:
        """Forget the open attempt."""
        self.wait_for("Letting it go", self._let_go)

    @on(OptionList.OptionSelected, "#accounts")
    def open_account(self, event: OptionList.OptionSelected) -> None:
        """Show an account."""
        self.app.push_screen(AccountScreen(self._accounts[event.option_index]))

    async def _let_go(self) -> None:
        if self._attempt is not None:
            await self.app.services.sign_in.let_go(self._attempt)
        await self._read()

    async def _read(self) -> None:
        services = self.app.services
        shelf = await services.accounts.shelf()
        self._accounts, self._default = shelf.accounts, shelf.default
        attempts = await services.sign_in.open_attempts()
        self._attempt = attempts[0] if attempts else None
        notices = services.accounts.take_notices()
        if notices:
            self.say(" ".join(notices))
        self._show_accounts()
        self._show_attempt()
        self._focus_what_is_next()

    def _show_accounts(self) -> None:
        self.query_one("#heading", Static).update("Your accounts" if self._accounts else "Welcome")
        self.query_one("#welcome").display = not self._accounts
        self.query_one("#hint").display = not self._accounts
        new = self.query_one("#new", Button)
        new.label = "Add an account" if self._accounts else "Sign in"
        new.refresh(layout=True)
        listed = self.query_one("#accounts", OptionList)
        listed.display = bool(self._accounts)
        listed.clear_options()
        listed.add_options(
            Option(_account_lines(one, is_default=one.handle == self._default))
            for one in self._accounts
        )

    def _show_attempt(self) -> None:
        self.query_one("#open-attempt").display = self._attempt is not None
        new = self.query_one("#new", Button)
        new.variant = "default" if self._accounts or self._attempt else "primary"
        if self._attempt is not None:
            self.query_one("#attempt-text", Static).update(_attempt_text(self._attempt))

    def _focus_what_is_next(self) -> None:
        if self._attempt is not None:
            self.query_one("#continue", Button).focus()
        elif self._accounts:
            listed = self.query_one("#accounts", OptionList)
            listed.highlighted = listed.highlighted or 0
            listed.focus()
        else:
            self.query_one("#new", Button).focus()


def _account_lines(account: Account, *, is_default: bool) -> Content:
    name = account.display_name if account.display_name != account.username else ""
    allowed = in_words(account.token.scopes)
    return Content.assemble(
        (account.handle, "bold"),
        f"  {name}\n",
        (f"{software_name(account.server)} · {allowed}", "$foreground 70%"),
        (" · what scripts get" if is_default else "", "$primary"),
    )


def _attempt_text(attempt: Attempt) -> str:
    host = attempt.server.account_domain
    ago = _ago(attempt.started_at)
    if attempt.step is Where.PROFILE:
        return f"You signed in to {host} {ago}, but your server has not yet said who you are."
    return f"You began to sign in to {host} {ago}. Continue where you were?"


def _ago(moment: datetime) -> str:
    minutes = int((datetime.now(UTC) - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:  # noqa: PLR2004
        return f"{minutes} minutes ago" if minutes > 1 else "a minute ago"
    hours = minutes // 60
    return f"{hours} hours ago" if hours > 1 else "an hour ago"
