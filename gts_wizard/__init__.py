"""GoToSocial Wizard: connects this computer to a person's GoToSocial account.

The doors are the command `gts-wizard` (`cli.py`) and `python -m gts_wizard`. The folder names
are the plan of the house: `tui` shows, `services` decides, `credentials` keeps, `server` asks,
`rules` know, and `practice` pretends to be a server.
"""

__version__ = "0.1.0"
