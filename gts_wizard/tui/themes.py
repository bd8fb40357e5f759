"""The colours of the wizard, dark and light. One accent: the orange the eye meets first."""

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
    primary="#a34a00",
    secondary="#2b5a88",
    accent="#a34a00",
    foreground="#23252b",
    background="#faf8f5",
    surface="#f1eeea",
    panel="#e4e0da",
    success="#2f6b2a",
    warning="#7a5600",
    error="#a8281f",
    dark=False,
)
