"""Runs the command `gts-wizard` as `python -m gts_wizard`."""

import sys

from gts_wizard.cli.main import main

sys.exit(main())
