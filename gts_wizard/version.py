"""The program's name and version, as they are shown and sent."""

APP_NAME = "GoToSocial Wizard"
"""The name on the screens, and the usual one under which servers list the wizard's tokens."""
VERSION = "0.2.0"
"""The version (https://semver.org)."""
