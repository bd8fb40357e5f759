"""A token can't be revoked by the wizard."""

from gts_wizard.errors.sign_in import SignInError


class RevocationUnsupported(SignInError):
    """The server has no revocation endpoint (GoToSocial before 0.19)."""

    message_template = "This server is too old to end an access on request."
    hint_template = (
        "The access stays good there. Once the server runs GoToSocial 0.19 or newer, your settings "
        "page there lists it under “Access Tokens”, where you can end it."
    )


class RevocationRefused(SignInError):
    """The server no longer accepts the client that a token was issued to (RFC 6749 section 5.2)."""

    message_template = "The server no longer knows the wizard, so it does not end this access."
    hint_template = (
        "The access may well be alive. To end it, open your account's settings at the server in a "
        "browser: it is listed there among the applications or access tokens."
    )


class RegistrationMissing(SignInError):
    """The registration needed to revoke a token (RFC 7009 section 2.1) is no longer saved."""

    message_template = "What it takes to end this access at the server is no longer kept here."
    hint_template = "You can end it in your account's settings there."


class RegistrationElsewhere(SignInError):
    """The token existed before the wizard got it, so another client may revoke it, not this one.

    `page` is the address of the page where the user can end it; empty where that is not known.
    """

    message_template = (
        "This token was made outside the wizard, so the wizard can't end it at the server."
    )
    hint_template = "It still works there until you end it in your account's settings."

    page: str = ""

    @property
    def hint(self) -> str:
        """What to do next, with the page."""
        if not self.page:
            return super().hint
        return f"It still works there until you end it on {self.page} in your browser."
