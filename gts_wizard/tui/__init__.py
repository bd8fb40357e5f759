"""The full-screen front end, built on Textual. No other package imports Textual."""

import os

# Textual would write every paste to the file that this names, and with it authorization codes.
os.environ.pop("TEXTUAL_LOG", None)
