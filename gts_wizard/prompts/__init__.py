"""The journey as plain questions and answers, a line at a time.

For screen readers, dumb terminals, serial lines, and scripts that pipe the answers in. The door's
commands come in; services do the work. All that is said and asked goes to standard error, so that
standard output is the command's; nothing is ever drawn twice.
"""
