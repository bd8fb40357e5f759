"""Reads the words on a screen with their colours, and finds those that are too faint."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from rich.color import ColorSystem
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from textual.color import Color

from gts_wizard.tui.widgets.profile import Avatar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.style import Style
    from textual.screen import Screen

Terminal = Callable[[Color], Color]
"""What a kind of terminal makes of a colour."""

LEGIBLE_CONTRAST = 4.5
"""What WCAG 2.1 asks for between a text and its background (success criterion 1.4.3)."""
VISIBLE_CONTRAST = 3.0
"""What it asks for between what shows a state and what is beside it (success criterion 1.4.11)."""

_BLOCKS_AND_LINES = " │╭╮╰╯─▔▁▂▃▄▅▆▇█▉▊▋▌▍▎▐▀╺╸━"
# What lies behind a dialog is dimmed so that it is not read.
_DIALOGS = ".dialog, Keys, CommandPalette #--input, CommandList"


def in_full_colour(color: Color) -> Color:
    """Return a colour as a terminal shows it that has them all."""
    return color


def in_greys(color: Color) -> Color:
    """Return what becomes of a colour under `NO_COLOR`."""
    return color.monochrome


def in_256_colours(color: Color) -> Color:
    """Return what becomes of a colour in a terminal that has 256."""
    return _nearest(color, ColorSystem.EIGHT_BIT)


def in_16_colours(color: Color) -> Color:
    """Return what becomes of a colour in a terminal that has sixteen."""
    return _nearest(color, ColorSystem.STANDARD)


def _nearest(color: Color, system: ColorSystem) -> Color:
    nearest = color.rich_color.downgrade(system)
    return Color(*nearest.get_truecolor(DEFAULT_TERMINAL_THEME))


def faint_words(
    screen: Screen[object], terminals: Sequence[Terminal] = (in_full_colour,)
) -> set[str]:
    """Return the words on a screen that stand out too little from their background.

    Args:
        screen: the screen in front.
        terminals: the kinds of terminal in which the words must be legible.
    """
    return {
        f"{word}: {shown}"
        for word, style in words_with_styles(screen)
        for terminal in terminals
        if (shown := _too_faint(style, terminal))
    }


def words_with_styles(screen: Screen[object]) -> Iterator[tuple[str, Style]]:
    """Yield each stretch of text in one style, but no frames, pictures, nor what is dimmed."""
    pictures = [portrait.region for portrait in screen.query(Avatar)]
    front = [part.region for part in screen.query(_DIALOGS)] if screen.is_modal else []
    for y, strip in enumerate(screen._compositor.render_strips()):
        end = 0
        for segment in strip:
            x, end = end, end + segment.cell_length
            word = segment.text.strip(_BLOCKS_AND_LINES)
            if not word or segment.style is None:
                continue
            if any(region.contains(x, y) for region in pictures):
                continue
            if front and not any(region.contains(x, y) for region in front):
                continue
            yield word, segment.style


@cache
def _too_faint(style: Style, terminal: Terminal) -> str:
    """Return the colours of a style whose contrast is too low, and an empty text otherwise."""
    if style.color is None or style.bgcolor is None:
        return ""
    ink, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
    if style.dim:
        ink = ground.blend(ink, 0.5)
    ink, ground = terminal(ink), terminal(ground)
    is_faint = contrast(ink, ground) < LEGIBLE_CONTRAST
    return f"{ink.hex} on {ground.hex} {terminal.__name__}" if is_faint else ""


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio as WCAG 2.1 defines it."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    """Return the relative luminance as WCAG 2.1 defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
