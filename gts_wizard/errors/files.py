"""The credentials file, and the file of the request log."""

from gts_wizard.errors.base import WizardError


class FileError(WizardError):
    """An error with the credentials file, or a tool's file; `path` is its path."""

    path: str = ""


class NoHome(FileError):
    """The user has no home directory: neither HOME nor the list of users has a full path."""

    message_template = "There's no home directory here to keep your accounts in."
    hint_template = (
        "Set HOME to a full path, or set GTS_WIZARD_CREDENTIALS to the file that keeps them."
    )


class FileUnreadable(FileError):
    """The file can't be read; `reason` is a clause that says why."""

    message_template = "The file that keeps your accounts can't be read: {reason} ({path})."
    hint_template = "Nothing was changed. Fix that, then try again."

    reason: str = ""


class FileOfAnotherUser(FileError):
    """The file is neither this user's nor root's; `remedy` is a sentence that says what helps."""

    message_template = "The file that keeps your accounts belongs to {owner} ({path})."
    hint_template = "Nothing was changed. {remedy}"

    owner: str = "another user"
    remedy: str = "Run the wizard as that user."


class FileReadOnly(FileError):
    """The file can be read, but not written; `reason` is a clause that says why.

    `remedy` is a sentence that says what to do instead.
    """

    message_template = "The file that keeps your accounts is read-only: {reason} ({path})."
    hint_template = "Nothing was changed. {remedy}"

    reason: str = ""
    remedy: str = (
        "Do this where the file is kept, or set GTS_WIZARD_CREDENTIALS to a file of your own."
    )


class InvalidFile(FileError):
    """The file is not TOML, or a table has the wrong shape; `reason` says where."""

    message_template = "The file that keeps your accounts is damaged: {reason} ({path})."
    hint_template = (
        "Nothing was changed. Fix the file in an editor, restore a backup, or move it aside to "
        "start over."
    )

    reason: str = ""


class FileTooNew(FileError):
    """The schema version is newer than this wizard's; `written_by` is the program that wrote it."""

    message_template = "The file that keeps your accounts was written by {written_by} ({path})."
    hint_template = "Nothing was changed. Update the wizard."

    written_by: str = "a newer version of the wizard"


class FileLocked(FileError):
    """The lock was not released in time; `holder` is the process that probably holds it."""

    message_template = "The file that keeps your accounts is in use by {holder} ({path})."
    hint_template = "Let that finish or close it, then try again."

    holder: str = "another window of the wizard"


class LockFailed(FileError):
    """The file can't be locked; `path` is the lock file, and `reason` a clause that says why."""

    message_template = "The file that keeps your accounts can't be locked: {reason} ({path})."
    hint_template = (
        "Nothing was changed. Fix that, or keep your accounts somewhere else: set "
        "GTS_WIZARD_CREDENTIALS to a file there."
    )

    reason: str = ""


class SaveFailed(FileError):
    """The file can't be written; `reason` is a clause that says why."""

    message_template = "The file that keeps your accounts can't be written: {reason} ({path})."
    hint_template = "What was there before is untouched. Fix that, then try again."

    reason: str = ""


class LogNotWritten(FileError):
    """The request log can't be written to a file; `reason` is a clause that says why."""

    exit_code = 2
    message_template = "The log can't be written: {reason} ({path})."
    hint_template = "Nothing was sent. Name a file of your own in GTS_WIZARD_DEBUG."

    reason: str = ""
