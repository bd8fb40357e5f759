"""The widgets that the screens consist of. They show data, and call no services."""
