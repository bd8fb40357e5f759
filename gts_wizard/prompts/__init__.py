"""Sign-in as questions and answers, a line at a time.

For screen readers, dumb terminals, serial lines, and scripts that pipe the answers in. Everything
is printed to standard error, so that standard output has only the command's result; nothing is
printed twice over the same place.
"""
