"""The README's pictures show the wizard as it is: taken anew, they say the same, and look the same.

When this fails, `python -m screenshots.take` takes them again; look at them before they are kept.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from screenshots import take

_FOLDER = Path(take.__file__).parent
_LOOK = re.compile(r"\.(terminal-\d+-r\d+) \{ ([^}]*) \}")
_TEXT = re.compile(r'<text class="([^"]*)" x="([^"]*)" y="([^"]*)"[^>]*>(.*?)</text>')
_GROUND = re.compile(r'<rect fill="([^"]*)" x="([^"]*)" y="([^"]*)" width="([^"]*)"')
# What is new each time it is taken: ports, ids, states, days and times (with hard spaces, in SVG).
_VOLATILE = re.compile(
    r"(?<=localhost:)\d{4}|01[A-Z0-9]{24}|(?<=state=)\S+|\d\d\s\w{3}\s\d\d:\d\d|\d:\d\d|"
    # The link is broken where it pleases the window.
    r"^\S*(?:client_id=|redirect_uri|&scope=|state=)\S*$"
)


def _shown(picture: str) -> list[tuple[str, ...]]:
    """Return what a picture shows: each text with its place and look, and each ground."""
    looks = dict(_LOOK.findall(picture))
    texts = [
        (x, y, looks.get(look, look), _VOLATILE.sub("…", html.unescape(text)))
        for look, x, y, text in _TEXT.findall(picture)
    ]
    return [*texts, *_GROUND.findall(picture)]


@pytest.mark.slow
async def test_pictures_taken_anew_show_the_same(tmp_path: Path) -> None:
    await take.take_steps(tmp_path)
    taken = {file.name: _shown(file.read_text("utf-8")) for file in tmp_path.glob("*.svg")}
    kept = {file.name: _shown(file.read_text("utf-8")) for file in _FOLDER.glob("*.svg")}
    assert taken.keys() == kept.keys()
    assert all(taken.values())
    outdated = {
        name: [item for item in taken[name] if item not in kept[name]][:3]
        for name in taken
        if taken[name] != kept[name]
    }
    assert outdated == {}


def test_every_picture_named_in_the_readme_exists() -> None:
    readme = (_FOLDER.parent / "README.md").read_text("utf-8")
    named = set(re.findall(r"screenshots/([\w-]+\.svg)", readme))
    assert named
    assert named <= {file.name for file in _FOLDER.glob("*.svg")}
