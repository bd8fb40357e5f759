"""Puts pictures into one that shows them one after the other, for ever. Pure functions."""

from collections.abc import Sequence

_SECONDS = 3.5


def film(pictures: Sequence[str]) -> str:
    """Return one SVG that shows each picture for a few seconds; the first alone without motion.

    Args:
        pictures: SVG documents of one size, as Textual draws them.
    """
    first_tag = pictures[0].partition(">")[0]
    shown = "\n".join(
        f'<g class="picture" style="animation-delay: {number * _SECONDS}s">{picture}</g>'
        for number, picture in enumerate(pictures)
    )
    return f"{first_tag}>\n<style>{_style(len(pictures))}</style>\n{shown}\n</svg>\n"


def _style(pictures: int) -> str:
    return f"""
    .picture {{ visibility: hidden; animation: show {pictures * _SECONDS}s step-end infinite }}
    @keyframes show {{ 0% {{ visibility: visible }} {100 / pictures}% {{ visibility: hidden }} }}
    @media (prefers-reduced-motion) {{
        .picture {{ animation: none }}
        .picture:first-of-type {{ visibility: visible }}
    }}
"""
