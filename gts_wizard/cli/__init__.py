"""The commands, a module each: how its command line reads, and what it does.

The door comes in; services do the work. A command prints its result on standard output and all
else on standard error, both by way of `output`. What takes long to import is imported where it is
needed, so that a fast command loads no screen and no network.
"""
