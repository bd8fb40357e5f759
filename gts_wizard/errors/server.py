"""What answers at a server's address is not a server to sign in to, or does not do as asked."""

from math import ceil

from gts_wizard.errors.network import ServerError


class NotAnInstance(ServerError):
    """The host responds, but has no API that the wizard could sign in to."""

    message_template = "{host} answers, but it isn't a GoToSocial or Mastodon-like server."
    hint_template = "If the server moved, sign in at its new address."
    typed_hint_template = (
        "Check the spelling. Your handle ends with the right address: the part after the last @."
    )


class RedirectedElsewhere(ServerError):
    """The host redirects or refers to `other`, which must not get the secrets of `host`."""

    message_template = "{host} redirects to another server, {other}."
    hint_template = "Nothing secret was sent there. If you trust it, sign in to it instead."

    other: str = ""


class PracticeOnly(ServerError):
    """In practice mode, another server than the practice server, `practice`, was named."""

    message_template = "In practice mode, the wizard only talks to {practice}."
    hint_template = "To sign in to {host}, quit, and start the wizard without “practice”."

    practice: str = "localhost"


class UnexpectedHtml(ServerError):
    """The response is HTML where JSON was expected."""

    message_template = "{host} sent a web page instead of an answer for programs."
    # The certificate was valid, and a network's log-in page hardly ever has such a one.
    hint_template = (
        "The server may have moved. On a hotel or café network, open a browser and log in there "
        "first."
    )
    typed_hint_template = (
        "Check the address: your handle ends with the right one. On a hotel or café network, open "
        "a browser and log in there first."
    )


class ProgramsBlocked(ServerError):
    """HTTP 401 or 403, but not from the API: a gateway or bot protection may have sent it.

    It says nothing about a token, which the API did not get to see.
    """

    message_template = "Something in front of {host} blocks programs (HTTP {status})."
    hint_template = (
        "Try again later, or from another network. If it keeps happening, ask whoever runs the "
        "server to let programs through."
    )

    status: int = 403


class NetworkSignIn(ServerError):
    """The network wants its log-in page opened first (HTTP 511, RFC 6585 section 6)."""

    message_template = "This network wants you to log in before it lets you through to {host}."
    hint_template = "Open a browser and log in there, then try again."


class InvalidResponse(ServerError):
    """The response does not have the required shape."""

    message_template = "{host} sent an answer that makes no sense."
    hint_template = "Try again. If it keeps happening, tell whoever runs the server."


class ResponseTooLarge(ServerError):
    """The response is over the size limit."""

    message_template = "{host} sent far more data than it should, so the wizard stopped reading."
    hint_template = "Tell whoever runs the server."
    typed_hint_template = "Check the address. If it's right, tell whoever runs the server."


class RateLimited(ServerError):
    """The server sent HTTP 429 or 503; `seconds` is the time to wait."""

    message_template = "{host} asks programs to slow down."
    hint_template = "Try again in {retry_after_text}."

    seconds: int = 30

    @property
    def retry_after_text(self) -> str:
        """The time to wait, in words."""
        minutes = ceil(self.seconds / 60)
        if self.seconds == 1:
            return "1 second"
        if minutes <= 2:  # noqa: PLR2004
            return f"{self.seconds} seconds"
        return f"about {minutes} minutes" if minutes < 60 else "about an hour"  # noqa: PLR2004


class ServerFailure(ServerError):
    """The server failed with the HTTP status `status`, 500 or higher."""

    message_template = "{host} is having problems (HTTP {status})."
    hint_template = "Try again later. If it keeps happening, tell whoever runs the server."

    status: int = 0


class RequestRejected(ServerError):
    """The server rejected the request with HTTP status `status`; no other class fits."""

    message_template = "{host} refused the request (HTTP {status})."
    hint_template = "Try again later. If it keeps happening, tell whoever runs the server."

    status: int = 0
