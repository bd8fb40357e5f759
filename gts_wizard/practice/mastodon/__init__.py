"""What Mastodon does in its own way: registering, allowing, codes, tokens, and telling about them.

`routes` leads here for a version that `is_mastodon`. All of it was read, not measured: in the
documentation (docs.joinmastodon.org), in the source of 4.4, and in that of Doorkeeper 5.8, the
library by which Mastodon speaks OAuth.
"""
