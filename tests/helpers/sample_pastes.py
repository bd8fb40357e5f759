"""What the tests of pasting share: codes, and where they stand."""

CODE = "ZJMWMJM1MZQTOGI4ZC0ZYMFILTG4MJYTZDY0MJZHMTLKNGM2"
ANOTHER_CODE = "NTHIMDUZMMYTNZU2MS0ZN2NJLWIYMTYTODUYYZYXOGUYOGRJ"
BASE64_CODE = "Qm9_nIyvX-0aTq4HkT0qsVf3b2Gq1uZ8gq7mEoZ3xYc"
PAGE = f"https://example.org/oauth/oob?code={CODE}&state=the-state"
LINK = (
    "https://example.org/oauth/authorize?client_id=01JZ8Q0V5Y3T9X7R2K4M6N8P0S"
    "&redirect_uri=urn:ietf:wg:oauth:2.0:oob&response_type=code&scope=read+write&state=the-state"
)
DEAD = (
    "urn:ietf:wg:oauth:2.0:oob?error=invalid_scope"
    "&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+malformed.&state=x"
)
SENTENCE = (
    'Hi alice! Here\'s your out-of-band token with scope "read write:statuses", use it wisely:'
)
