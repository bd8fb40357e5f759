"""The journey as screens. The door comes in; only services, rules and the ground floor are called.

Textual appears in this room only.
"""
