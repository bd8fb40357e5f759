"""A program that stands in for a graphical browser: somebody in it allows what a link asks for."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_SCRIPT = f"""#!{sys.executable}
import sys
from pathlib import Path
sys.path.insert(0, {str(_ROOT)!r})
from tests.helpers.browser_user import BrowserUser
with BrowserUser() as alice:
    page = alice.allow(sys.argv[1])
Path(__file__).with_suffix(".page").write_text(f"{{page.url.path}} {{page.text}}")
"""


def install_browser(folder: Path) -> Path:
    """Put the program into a folder, as the opener of the desktop.

    Args:
        folder: a folder in the `PATH`.

    Returns:
        The file that holds the address and the text of the last page, once it has ended.
    """
    program = folder / "xdg-open"
    program.write_text(_SCRIPT)
    program.chmod(0o755)
    return program.with_suffix(".page")
