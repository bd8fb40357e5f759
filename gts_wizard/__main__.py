"""Lets `python -m gts_wizard` be the command `gts-wizard`."""

import sys

from gts_wizard.cli.main import main

sys.exit(main())
