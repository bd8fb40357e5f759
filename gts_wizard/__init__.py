"""GoToSocial Wizard: signs programs on this computer in to a user's GoToSocial account.

Entry points: the command `gts-wizard` (`cli.main`), `python -m gts_wizard`, and for Python programs
`from gts_wizard import open_account` (`account_client`).

    cli             the commands, one module each
    prompts         signing in by questions and answers, line by line
    tui             signing in and managing accounts on screens, with Textual
    messages        the sentences that several front ends show
    services        the use cases: signing in, accounts, checks, revocation, import and export
    storage         the credentials file and the system's keyring
    api             the HTTP client for the API of GoToSocial and Mastodon
    oauth           authorization link, PKCE, scopes, pasted codes, what a server version can do
    address         parses the server address or handle that a user typed
    formats         the credential files of other tools
    practice        a practice server on this computer, to try signing in
    account_client  the Python API: `open_account` and `list_accounts`
"""

from typing import TYPE_CHECKING

from gts_wizard.version import VERSION

__version__ = VERSION
__all__ = [
    "AccountError",
    "AccountInfo",
    "AmbiguousAccount",
    "FileError",
    "KeyringError",
    "NoAccount",
    "NotAnInstance",
    "OpenAccount",
    "RenewalNeeded",
    "UnknownAccount",
    "WizardError",
    "__version__",
    "list_accounts",
    "open_account",
]

if TYPE_CHECKING:
    from gts_wizard.account_client import AccountInfo, OpenAccount, list_accounts, open_account
    from gts_wizard.errors import (
        AccountError,
        AmbiguousAccount,
        FileError,
        KeyringError,
        NoAccount,
        NotAnInstance,
        RenewalNeeded,
        UnknownAccount,
        WizardError,
    )
else:

    def __getattr__(name: str) -> object:
        """Import the Python API on first use (PEP 562): commands must start fast."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from gts_wizard import account_client, errors  # noqa: PLC0415

        return getattr(account_client if name in account_client.__all__ else errors, name)
