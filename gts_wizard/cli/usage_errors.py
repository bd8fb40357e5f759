"""The usage errors of argparse in plain words; only imported once there is one."""

import re

# argparse's messages, and what is said instead, with the groups of the pattern.
_PLAIN_ERRORS = (
    (
        r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)",
        "{0} can't be {1}. Choose from: {2}.",
    ),
    (r"the following arguments are required: (.+)", "Missing: {0}."),
    (r"argument (.+?): expected one argument", "{0} needs a value."),
    # What was given may be a secret, so it is left out.
    (r"argument (.+?): ignored explicit argument.*", "{0} takes no value."),
    (r"argument (.+?): not allowed with argument (.+)", "{0} can't be used with {1}."),
    (r"argument (.+?): (.+)", "{0}: {1}"),
)


def plain_error(message: str) -> str:
    """Return an error message of argparse in plain words; others unchanged."""
    for pattern, plain in _PLAIN_ERRORS:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return plain.format(*match.groups())
    return message
