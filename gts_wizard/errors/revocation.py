"""A token can't be revoked by the wizard."""

from gts_wizard.errors.sign_in import SignInError


class RevocationUnsupported(SignInError):
    """The server has no revocation endpoint (GoToSocial before 0.19)."""

    message_template = "{host} is too old to revoke access."
    hint_template = (
        "The access still works there. Once the server runs GoToSocial 0.19 or newer, you can "
        "revoke it on your settings page there, under “Access Tokens”."
    )

    host: str = ""


class RevocationRefused(SignInError):
    """The server no longer accepts the client that a token was issued to (RFC 6749 section 5.2)."""

    message_template = "{host} no longer knows the wizard, so it won't revoke this access."
    hint_template = (
        "The access may still work. To revoke it, open your account's settings there in a browser: "
        "it's listed among the applications or access tokens."
    )

    host: str = ""


class RegistrationMissing(SignInError):
    """The registration needed to revoke a token (RFC 7009 section 2.1) is no longer saved."""

    message_template = "What's needed to revoke this access on {host} is no longer saved here."
    hint_template = "You can revoke it in your account's settings there."

    host: str = ""


class RegistrationElsewhere(SignInError):
    """The token existed before the wizard got it, so another client may revoke it, not this one.

    `page` is the address of the page where the user can revoke it; empty where that is not known.
    """

    message_template = (
        "This token was made outside the wizard, so the wizard can't revoke it on {host}."
    )
    hint_template = "It still works there until you revoke it in your account's settings."

    host: str = ""
    page: str = ""

    @property
    def hint(self) -> str:
        """What to do next, with the page."""
        if not self.page:
            return super().hint
        return f"It still works there until you revoke it on {self.page} in your browser."
