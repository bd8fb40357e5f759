"""Loads and saves the credentials file, and moves secrets between it and the system's keyring."""
