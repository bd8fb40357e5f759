"""A server does not accept a token, or not for this."""

from gts_wizard.errors.network import ServerError


class InsufficientScope(ServerError):
    """The token is valid, but its scopes don't cover the request (HTTP 403)."""

    exit_code = 4
    message_template = "{host} does not permit this with the permissions that were chosen."
    hint_template = "Sign in again and choose more permissions."


class AccountRefused(ServerError):
    """The API refuses the account, though the token is valid and its scopes cover the request.

    The account may be disabled, suspended, unconfirmed or not approved yet; `reason` is what the
    server says; empty where it says nothing.
    """

    message_template = "{host} refuses this account. Its words: “{reason}”."
    hint_template = "Signing in again would not help. The people who run the server can."

    reason: str = ""

    @property
    def message(self) -> str:
        """What happened, in the server's words if it gave some."""
        unexplained = f"{self.host} refuses this account, and does not say why."
        return super().message if self.reason else unexplained


class TokenMayExist(ServerError):
    """The response to a code exchange did not come; `cause` is a sentence that says why.

    The server may have issued a token all the same. The code can't be tried again: it is used then.
    `is_listed` is whether the server lists tokens in the account's settings.
    """

    message_template = "{cause} The server may have given this wizard an access all the same."
    hint_template = (
        "You can see and end it in your account's settings at {host}. To go on, get a fresh link "
        "and a fresh code."
    )

    cause: str = "There was no answer."
    is_listed: bool = True

    @property
    def hint(self) -> str:
        """What to do next: GoToSocial before 0.19 has no list of tokens to look at."""
        if self.is_listed:
            return super().hint
        return (
            "A server this old can't show or end it. To go on, get a fresh link and a fresh code."
        )


class TokenRevoked(ServerError):
    """The token is no longer accepted (HTTP 401)."""

    exit_code = 4
    message_template = "{host} no longer accepts this access. It may have been ended there."
    hint_template = "Renew it by signing in again."


class AccountMismatch(ServerError):
    """The token is valid, but for another account than `expected`."""

    exit_code = 4
    message_template = "{host} says that this access is not that of {expected} any more."
    hint_template = "Sign in again as {expected}."

    expected: str = ""
