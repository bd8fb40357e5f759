"""Use cases: signing in, checking accounts, revoking tokens, importing and exporting accounts.

They combine the API client with the credentials store, and know no terminal and no widget.

What they keep to, whatever several windows do: for every token that a server has issued to the
wizard, or that it was given and has saved, whenever no operation is in flight, it is in the
credentials file, or it has been revoked, or the user was told by account and server that it still
works, or may exist, and how to end it. After a crash while a code is on its way, that is told at
the next start. And nothing that is in the file was replaced without the user's word. So each change
is made to what is in the file now, under its lock, and concerns a token, not a handle: one that has
been replaced or moved since it was read is left alone, and the file is read again.
"""
