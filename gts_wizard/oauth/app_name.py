"""The name that the wizard registers with, and under which a server lists its tokens."""

from gts_wizard.errors import AppNameTooLong
from gts_wizard.models import Server
from gts_wizard.oauth.server_features import max_app_name_length
from gts_wizard.sanitize import sanitize_line
from gts_wizard.version import APP_NAME


def read_app_name(typed: str) -> str:
    """Return a name as it is registered: one line of characters that can be seen.

    Args:
        typed: what the user chose; the usual name where nothing of it can be seen.
    """
    return sanitize_line(typed, len(typed)) or APP_NAME


def require_length(name: str, server: Server) -> None:
    """Check that a server takes a name.

    Raises:
        AppNameTooLong: it does not.
    """
    limit = max_app_name_length(server)
    if len(name) > limit:
        raise AppNameTooLong(host=server.host, limit=limit, length=len(name))
