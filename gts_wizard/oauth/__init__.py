"""What is true without asking anyone: pure functions over the ground floor.

Screens and services come in; nothing here touches a network, a file or a screen.
"""
