"""Secrets of an installation, each in a file of its folder that nobody else can read."""

import secrets
from pathlib import Path

PSEUDONYM_KEY, STREAM_KEY = "pseudonym-key", "stream-key"


def kept_secret(folder: Path, name: str) -> str:
    """A secret, made the first time that somebody asks in this folder: what was made with it fits no other."""
    kept = folder / name
    if not kept.exists():
        kept.touch(0o600)
        kept.write_text(secrets.token_hex(32))
    return kept.read_text()
