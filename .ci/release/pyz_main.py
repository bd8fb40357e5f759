"""Starts the program of one file, as its `__main__.py`; older versions of Python can read this."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - nothing checks this before it runs
    sys.exit(
        "The wizard needs Python 3.11 or newer, and this is Python %d.%d. If a newer one is "  # noqa: UP031
        "installed, name it, such as: python3.13 gts-wizard.pyz" % sys.version_info[:2]
    )

from gts_wizard.cli.main import main

sys.exit(main())
