"""The context that every screen gets in its constructor, so that none imports the app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gts_wizard.services.container import Services


@dataclass
class QuitState:
    """Whether the app is quitting, and how.

    Attributes:
        is_quitting: whether the app is quitting, so that no new task may start.
        skip_cleanup: whether to exit without saving or revoking unsaved tokens.
        may_have_lost_token: whether a code got no answer while the app was quitting.
    """

    is_quitting: bool = False
    skip_cleanup: bool = False
    may_have_lost_token: bool = False


@dataclass(frozen=True)
class TuiContext:
    """The services, and settings that don't change while the app runs.

    Attributes:
        services: the use cases that the screens call.
        practice: the address of the practice server; empty outside practice.
        may_open_browser: whether the wizard may open a browser.
        can_show_images: whether the terminal supports kitty's graphics protocol.
        quit_state: whether the app is quitting; shared and mutable.
    """

    services: Services
    practice: str = ""
    may_open_browser: bool = True
    can_show_images: bool = False
    quit_state: QuitState = field(default_factory=QuitState)
