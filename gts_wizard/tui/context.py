"""What every screen gets in its constructor, so that none has to know the app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gts_wizard.services.container import Services


@dataclass
class QuitState:
    """How far quitting has come.

    Attributes:
        is_quitting: whether the wizard is being left, so that nothing new begins.
        skip_cleanup: whether nothing more is finished before it ends.
    """

    is_quitting: bool = False
    skip_cleanup: bool = False


@dataclass(frozen=True)
class TuiContext:
    """Services, and facts that hold from start to end.

    Attributes:
        services: what the screens call.
        practice: the practice server's address; empty when it is the real thing.
        can_open_browser: whether the wizard may open a browser.
        can_show_images: whether the terminal can show whole pictures.
        quit_state: how far quitting has come.
    """

    services: Services
    practice: str = ""
    can_open_browser: bool = True
    can_show_images: bool = False
    quit_state: QuitState = field(default_factory=QuitState)
