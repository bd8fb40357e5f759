"""A server does not accept a token, or not for this."""

from gts_wizard.errors.network import ServerError


class InsufficientScope(ServerError):
    """The token is valid, but its scopes don't cover the request (HTTP 403)."""

    exit_code = 4
    message_template = "{host} doesn't allow this with the permissions you chose."
    hint_template = "Sign in again and choose more permissions."


class AccountRefused(ServerError):
    """The API refuses the account, though the token is valid and its scopes cover the request.

    The account may be disabled, suspended, unconfirmed or not approved yet; `reason` is what the
    server says; empty where it says nothing.
    """

    message_template = "{host} refuses this account. It says: “{reason}”."
    hint_template = "Signing in again won't help. Ask whoever runs the server."

    reason: str = ""

    @property
    def message(self) -> str:
        """What happened, in the server's words if it gave some."""
        unexplained = f"{self.host} refuses this account, and doesn't say why."
        return super().message if self.reason else unexplained


class TokenMayExist(ServerError):
    """The response to a code exchange did not come; `cause` is a sentence that says why.

    The server may have issued a token anyway. The code can't be tried again: it is used then.
    `is_listed` is whether the server lists tokens in the account's settings.
    """

    message_template = "{cause} {host} may have given the wizard access anyway."
    hint_template = (
        "You can see and revoke it in your account's settings there. To continue, get a fresh link "
        "and a fresh code."
    )

    cause: str = "There was no answer."
    is_listed: bool = True

    @property
    def hint(self) -> str:
        """What to do next: GoToSocial before 0.19 has no list of tokens to look at."""
        if self.is_listed:
            return super().hint
        return self._fill_in(
            "{host} is too old to show or revoke it. To continue, get a fresh link and a fresh "
            "code."
        )


class TokenRevoked(ServerError):
    """The token is no longer accepted (HTTP 401)."""

    exit_code = 4
    message_template = "{host} no longer accepts this access. It may have been revoked there."
    hint_template = "Renew it by signing in again."


class AccountMismatch(ServerError):
    """The token is valid, but for another account than `expected`."""

    exit_code = 4
    message_template = "{host} says that this access no longer belongs to {expected}."
    hint_template = "Sign in again as {expected}."

    expected: str = ""
