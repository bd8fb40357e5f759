"""The door for scripts in Python: an account, opened for httpx.

    from gts_wizard import open_account

The package lends the names, and loads this module when they are used.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from gts_wizard.api.bound import OpenAccount, open_client
from gts_wizard.services.account_store import open_account_store

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["OpenAccount", "open_account"]

_log = logging.getLogger("gts_wizard")


def open_account(name: str = "", *, credentials: Path | None = None) -> OpenAccount:
    """Open an account that the wizard signed in to; no server is asked.

    It is found as the commands find it. What had to be mended about the credentials file, such as
    who may read it, is logged as a warning of the logger `gts_wizard`.

    Args:
        name: a handle, or a user name or server alone where only one account fits; when empty, the
            account that `GTS_WIZARD_ACCOUNT` names, or else the default one.
        credentials: the credentials file; when left out, the one that `GTS_WIZARD_CREDENTIALS`
            names, or else the person's own.

    Raises:
        AccountError: there is no account, none of this name, or several.
        FileError: the credentials file can't be read.
        KeyringError: the system's keyring keeps the token, and does not give it whole.
        NotAnInstance: the server's saved address is none that a token may be sent to.

        All of them are leaves of `gts_wizard.errors.WizardError`; `str` gives the sentences that
        the commands print.

    Example:
        Print the newest notifications::

            from gts_wizard import open_account

            me = open_account()
            print(f"News for {me.account.handle}:")
            with me.client() as client:
                answer = client.get("/api/v1/notifications", params={"limit": 10})
                answer.raise_for_status()
                for one in answer.json():
                    print(one["created_at"][:10], one["type"], one["account"]["acct"])
    """
    accounts = open_account_store(credentials)
    account = accounts.resolve(name)
    for notice in accounts.pop_warnings():
        _log.warning("%s", notice)
    return open_client(account, accounts.token(account))
