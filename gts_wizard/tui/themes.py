"""The colours of the wizard: dark, light, high contrast. One accent, which the eye meets first.

Which one is shown: what the person chose, or else what the terminal says of its own ground.
"""

from collections.abc import Mapping

from textual.theme import Theme

DARK = Theme(
    name="gts-dark",
    primary="#f09a4a",
    secondary="#8fb4d9",
    accent="#f09a4a",
    foreground="#e9e6e1",
    background="#16181d",
    surface="#1d2027",
    panel="#272b34",
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
    surface="#f1eeea",
    panel="#e4e0da",
    success="#2f6b2a",
    warning="#7a5600",
    error="#a8281f",
    dark=False,
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

# The grounds among the sixteen colours that are light: white, and bright white.
_LIGHT_GROUNDS = frozenset({"7", "15"})


def theme_for(
    chosen: str, is_light: bool | None, environment: Mapping[str, str], colors: str
) -> str:
    """Return the name of the theme to start with.

    Args:
        chosen: what the person chose before; empty where they never did.
        is_light: whether the terminal says that its ground is light; None where it does not say.
        environment: where some terminals say in `COLORFGBG` which colours they show, such as
            `0;15` for black on white.
        colors: Rich's name for what the terminal can show; `standard` is sixteen colours, into
            which only the plainest theme goes without losing its differences.
    """
    if chosen in THEMES:
        return chosen
    if colors == "standard":
        return CONTRAST.name
    if is_light is None:
        is_light = environment.get("COLORFGBG", "").rpartition(";")[2] in _LIGHT_GROUNDS
    return LIGHT.name if is_light else DARK.name
