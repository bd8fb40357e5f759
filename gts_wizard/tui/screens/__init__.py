"""One file a screen: home, the five steps of the journey, and the dialogs."""
