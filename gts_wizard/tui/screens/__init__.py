"""The screens: Home, the five steps of the sign-in, the screens of an account, and the dialogs."""
