"""The instance that was found, so that a person can tell whether it is theirs."""

from textual.content import Content
from textual.widgets import Static

from gts_wizard.models import Server
from gts_wizard.oauth.server_features import software_name


class InstanceCard(Static):
    """Name, address, software and version; empty and out of the way before one is found."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False

    def show(self, server: Server) -> None:
        """Show the instance."""
        address = server.host
        if server.account_domain != server.host:
            address = f"{server.account_domain}, answering at {server.host}"
        self.update(
            Content("\n").join(
                [
                    Content.styled(f"✓ {server.title or server.host}", "bold $success"),
                    Content(f"  {address}"),
                    Content.styled(f"  {software_name(server)}", "$foreground 75%"),
                ]
            )
        )
        self.display = True

    def hide(self) -> None:
        """Take it away: the address is being changed."""
        self.display = False
