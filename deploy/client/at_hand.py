"""Where intake is, and with which key it is told: as the user says, or as `xiaohao up` noted on this machine."""

from deploy.client import running
from deploy.client.mistake import UserMistake


def key_at_hand() -> str | None:
    """The key of the running `xiaohao up`, if there is one."""
    noted = running.read()
    return noted.key if noted else None


def find_intake(url: str | None, key: str | None) -> tuple[str, str]:
    """Where intake is, and with which key: as given, or those of the running `xiaohao up`. Raises UserMistake."""
    noted = running.read()
    url = url or (noted.addresses["intake"] if noted else None)
    key = key or key_at_hand()
    if not url or not key:
        missing = "--url and --key" if not url and not key else "--url" if not url else "--key"
        raise UserMistake(f"Say {missing}; no running `xiaohao up` has it.")
    return url, key
