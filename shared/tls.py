"""Why TLS came to nothing, in words."""

import re

UNTRUSTED = (
    ("certificate has expired", "has a certificate that ran out"),
    ("not yet valid", "has a certificate that is not valid yet; compare the clocks"),
    (r"(Hostname|IP address) mismatch", "has a certificate for another name: {mismatch}"),
    ("CERTIFICATE_VERIFY_FAILED", "has a certificate that no authority signed whom we trust: look at {authorities}"),
    (r"ALERT\w*(CERTIFICATE|UNKNOWN_CA)", "does not take our certificate, or wants one: look at {certificate}"),
    ("WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE", "speaks no TLS there"),
)
"""What OpenSSL says, and what it means; the first that fits holds."""


def why_untrusted(said: str, authorities: str, certificate: str) -> str | None:
    """What is wrong with their certificate or with ours, in what OpenSSL said; the names say where we have whom we trust and who we are."""
    mismatch = re.search(r"certificate is not valid for '[^']*'", said)
    names = {
        "authorities": authorities,
        "certificate": certificate,
        "mismatch": mismatch[0] if mismatch else "it is not that of its address",
    }
    return next((words.format_map(names) for pattern, words in UNTRUSTED if re.search(pattern, said)), None)
