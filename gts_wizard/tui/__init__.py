"""The journey as screens. The door comes in; only services, rules and the ground floor are called.

Textual appears in this room only.
"""

import os

# Textual would write every paste to the file that this names, and with it authorization codes.
os.environ.pop("TEXTUAL_LOG", None)
