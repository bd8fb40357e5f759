"""The colour themes: dark, light and high contrast; and which one to start with.

Terminals with 256 or 16 colours take the nearest they have: the accent must not become the red of
an error there, nor a panel a bright grey or yellow.
"""

from collections.abc import Mapping

from textual.theme import Theme

DARK = Theme(
    name="gts-dark",
    primary="#f0ac50",
    secondary="#8fb4d9",
    accent="#f0ac50",
    foreground="#e9e6e1",
    background="#16181d",
    surface="#1d2027",
    panel="#24282f",
    success="#8cc084",
    warning="#e8c15a",
    error="#ee7f76",
    dark=True,
)
LIGHT = Theme(
    name="gts-light",
    primary="#8f4100",
    secondary="#2b5a88",
    accent="#8f4100",
    foreground="#23252b",
    background="#faf8f5",
    surface="#f2f0ee",
    panel="#eae7e3",
    success="#2f6b2a",
    warning="#7a5600",
    error="#a8281f",
    dark=False,
    # White letters on the accent, a bright yellow where there are sixteen colours, would be faint.
    variables={"block-cursor-background": "#23252b"},
)
CONTRAST = Theme(
    name="gts-contrast",
    primary="#ffd400",
    secondary="#9fd0ff",
    accent="#ffd400",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1f1f1f",
    success="#6dff6d",
    warning="#ffd400",
    error="#ff9a9a",
    dark=True,
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT, CONTRAST)}

# The light ones of the sixteen ANSI colours: white, and bright white.
_LIGHT_BACKGROUNDS = frozenset({"7", "15"})


def theme_for(
    saved_theme: str, is_light: bool | None, environment: Mapping[str, str], colors: str
) -> str:
    """Return the name of the theme to start with.

    Args:
        saved_theme: the name of the theme that the user chose before; empty if none.
        is_light: whether the background of the terminal is light; None where that is unknown.
        environment: some terminals set `COLORFGBG` to their foreground and background colours,
            such as `0;15` for black on white.
        colors: Rich's name of the terminal's colour system. In `standard`, sixteen colours, only
            the high-contrast theme keeps its colours apart.
    """
    if saved_theme in THEMES:
        return saved_theme
    if colors == "standard":
        return CONTRAST.name
    if is_light is None:
        is_light = environment.get("COLORFGBG", "").rpartition(";")[2] in _LIGHT_BACKGROUNDS
    return LIGHT.name if is_light else DARK.name
