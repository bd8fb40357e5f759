"""The base class of the errors, which fills in their sentences."""

from typing import ClassVar, Self, dataclass_transform


@dataclass_transform(eq_default=False, kw_only_default=True)
class _ErrorWithFields(Exception):
    """An exception whose annotated class attributes are fields, set by the constructor.

    Type checkers treat it as a dataclass (PEP 681). Importing `dataclasses` and creating 50 of
    them would slow down every command.

    Raises:
        TypeError: a keyword argument names no field.
    """

    def __init__(self, **fields: object) -> None:
        super().__init__()
        for name, value in fields.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no field called {name}")
            setattr(self, name, value)


class StatusDetails(str):
    """The details of an unsuccessful response: its status, and the server's own words.

    Attributes:
        words: what the server says of the error, safe to show; empty if it says nothing.
    """

    words: str

    def __new__(cls, status: int, words: str) -> Self:
        """Return the text of both, in which the words are quoted."""
        text = f"HTTP {status}: “{words}”" if words else f"HTTP {status}"
        details = super().__new__(cls, text)
        details.words = words
        return details


class WizardError(_ErrorWithFields):
    """The base class of all errors that are shown to the user.

    Subclasses declare fields with defaults; the templates may name these in braces.

    Attributes:
        message_template: a sentence that says what happened, as for `str.format_map`.
        hint_template: a sentence that says what to do next, likewise.
        exit_code: the exit code of a command: 1 failed, 2 wrong usage or
            cancelled, 4 sign-in needed.
        details: technical details, safe to show; never a secret. `StatusDetails` if a server
            responded with an error.
    """

    message_template: ClassVar[str]
    hint_template: ClassVar[str]
    exit_code: ClassVar[int] = 1

    details: str = ""

    def __str__(self) -> str:
        return f"{self.full_message} {self.hint}"

    @property
    def message(self) -> str:
        """What happened: the message template, filled in."""
        return self._fill_in(self.message_template)

    @property
    def full_message(self) -> str:
        """What happened, with the server's own words if it gave some."""
        if not isinstance(self.details, StatusDetails) or not self.details.words:
            return self.message
        return f"{self.message} The server said: “{self.details.words.rstrip('.')}”."

    @property
    def hint(self) -> str:
        """What to do next: the hint template, filled in."""
        return self._fill_in(self.hint_template)

    @property
    def program(self) -> str:
        """How the wizard is run, for a hint that names a command."""
        # Few errors need it, and every command imports this module.
        from gts_wizard.program import program  # noqa: PLC0415

        return program()

    def _fill_in(self, template: str) -> str:
        """Return a template with the values of the fields it names."""
        return template.format_map(_Fields(self))


class _Fields:
    """Read-only mapping of an error's attributes, for `str.format_map`."""

    def __init__(self, error: WizardError) -> None:
        self._error = error

    def __getitem__(self, name: str) -> object:
        return getattr(self._error, name)
