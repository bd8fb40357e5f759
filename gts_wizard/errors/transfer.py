"""The files of other tools: exporting an account, and importing one."""

from gts_wizard.errors.files import FileError


class ExportUnsupported(FileError):
    """An account can't be written in the format of `tool`; `reason` is a sentence that says why."""

    exit_code = 2
    message_template = "This can't be exported for {tool}. {reason}"
    hint_template = "Nothing was written."

    tool: str = "this tool"
    reason: str = "It doesn't fit."


class ExportIncomplete(FileError):
    """The registration that the token of the account `handle` belongs to is no longer saved."""

    exit_code = 4
    message_template = "{handle} can't be exported: its registration is no longer saved here."
    hint_template = "Renew it, then try again."

    handle: str = ""


class ExportNotSaved(FileError):
    """An export can't be written; `reason` is a clause that says why."""

    message_template = "The export can't be written: {reason} ({path})."
    hint_template = "Nothing was changed. Name a new file, in a folder that you can write to."

    reason: str = ""


class ImportUnreadable(FileError):
    """The file of another tool can't be read; `reason` is a clause that says why."""

    message_template = "The file to import can't be read: {reason} ({path})."
    hint_template = "Nothing was changed. Check which file you named."

    reason: str = ""


class InvalidImport(FileError):
    """The file is not in the format of `tool`; `reason` is a clause that says where."""

    message_template = "This is not what {tool} writes: {reason} ({path})."
    hint_template = "Nothing was changed. Check which file you named."

    tool: str = "this tool"
    reason: str = "it can't be understood"
