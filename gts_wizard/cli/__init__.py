"""The commands, one module each: its arguments, its help and what it runs.

A command prints its result on standard output and everything else on standard error, both with
`output`. What is slow to import is imported inside functions, so that a fast command loads neither
screens nor network.
"""
