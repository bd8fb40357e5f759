"""GoToSocial Wizard: connects this computer to a person's GoToSocial account.

The doors are the command `gts-wizard` (`cli.py`), `python -m gts_wizard`, and for scripts in Python
`from gts_wizard import open_account` (`doorway.py`). The folder names are the plan of the house:
`tui` shows, `services` decides, `credentials` keeps, `server` asks, `rules` know, and `practice`
pretends to be a server.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["OpenAccount", "__version__", "open_account"]

if TYPE_CHECKING:
    from gts_wizard.account_client import OpenAccount, open_account
else:

    def __getattr__(name: str) -> object:
        """Load the doorway when somebody wants it: the commands pass here too, and must be fast."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from gts_wizard import account_client  # noqa: PLC0415

        return getattr(account_client, name)
