"""What the faces call: signing in, and what can be done with the accounts that came of it.

Screens and commands come in. This floor knows no terminal and no widget; it alone knows both the
wire and the shelf.
"""
