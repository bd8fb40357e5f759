"""No Click, which developers have installed, and users of the program alone do not.

HTTPX loads its own command line where Click is found, and takes half as long again to import: with
this folder on its `PYTHONPATH`, a program that tests start is as quick as a user's.
"""

raise ImportError(name="click")
