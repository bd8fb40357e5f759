"""A server can't be reached: what came between it and this computer."""

from typing import ClassVar

from gts_wizard.errors.base import WizardError


class ServerError(WizardError):
    """There was no usable response from `host`.

    Attributes:
        typed_hint_template: the hint where the user has just typed the address, which may be wrong;
            the other hint where that is empty.
        host: the host, as it is shown.
        is_typed: whether the user has just typed the address.
    """

    typed_hint_template: ClassVar[str] = ""

    host: str = ""
    is_typed: bool = False

    @property
    def hint(self) -> str:
        """What to do next: the address of a saved account needs no second look."""
        if self.is_typed and self.typed_hint_template:
            return self._fill_in(self.typed_hint_template)
        return super().hint


class HostNotFound(ServerError):
    """DNS has no such name."""

    message_template = "The wizard can't find a server called {host}."
    hint_template = (
        "Check that this computer is online. If it is, the server may have moved or shut down."
    )
    typed_hint_template = "Check the spelling. If it's right, check that this computer is online."


class ConnectionRefused(ServerError):
    """The host refused the connection."""

    message_template = "No server answers at {host}."
    hint_template = "Try again later: the server may be down right now."
    typed_hint_template = (
        "Check the address. If it's right, try again later: the server may be down right now."
    )


class NetworkUnreachable(ServerError):
    """There is no route to the host."""

    message_template = "This computer can't reach {host}."
    hint_template = "Check your internet connection, then try again."


class Timeout(ServerError):
    """The complete response did not arrive before the deadline."""

    message_template = "{host} didn't answer in time."
    hint_template = (
        "Try again. If that doesn't help, try later: the server or your connection may be slow."
    )


class ConnectionLost(ServerError):
    """The connection broke before the response was complete."""

    message_template = "The connection to {host} was lost."
    hint_template = "Try again."


class CertificateError(ServerError):
    """TLS verification failed; `reason` is a sentence that says why."""

    message_template = "{host} couldn't prove that it's really {host}. {reason}"
    hint_template = "Nothing was sent. Tell whoever runs the server."
    typed_hint_template = "Nothing was sent. Check the spelling, or ask whoever runs the server."

    reason: str = "Its certificate isn't valid."


class ProxyError(ServerError):
    """A configured proxy failed; `unreadable` are the entries of NO_PROXY that make no sense."""

    message_template = "This computer's proxy didn't let the wizard through to {host}."
    hint_template = (
        "Check the proxy settings (HTTPS_PROXY, ALL_PROXY, NO_PROXY), or ask whoever runs this "
        "network."
    )

    unreadable: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """What to do next, with what is left out of NO_PROXY."""
        if not self.unreadable:
            return super().hint
        entries = ", ".join(self.unreadable)
        return f"{super().hint} These entries in NO_PROXY make no sense: {entries}."


class Unreachable(ServerError):
    """A network error that has no class of its own."""

    message_template = "The wizard couldn't talk to {host}."
    hint_template = "Try again. If it keeps happening, tell whoever runs the server."
