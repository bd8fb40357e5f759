"""What the true dialogs share: help, their own or that of the page they stand over."""

from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from gts_wizard.tui.help_text import Help
from gts_wizard.tui.widgets.keys import ARROWS

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer], Generic[Answer]):
    """A question over a page; the page stays as it is until there is an answer."""

    help: Help | None = None
    """What F1 shows; that of the page below when left out."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "app.help", "Help"), *ARROWS]
