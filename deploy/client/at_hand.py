"""Where intake is, and with which key it is told: as the user says, or as `xiaohao up` noted on this machine."""

import os
from pathlib import Path

from deploy.client import running
from deploy.client.mistake import UserMistake

KEY = "XIAOHAO_API_KEY"
"""The variable that holds the secret of a key; with `_FILE` behind its name, the file that does. `shared/settings.py` lets both be."""
HEADER = ["authorization:", "bearer"]
"""What stands before the secret in a file that `curl -H @FILE` takes, as those of `xiaohao up` are."""


def find_key(given: str | None) -> str | None:
    """The secret of a key: the one given, in a file that is given as @FILE, of the environment, or of the running `xiaohao up`; none where there is none.

    Raises UserMistake.
    """
    variable, file = os.environ.get(KEY), os.environ.get(f"{KEY}_FILE")
    if given is None and variable and file:
        raise UserMistake(f"{KEY} and {KEY}_FILE are both set; one of them is enough.")
    given = given or variable or (f"@{file}" if file else None)
    if not given:
        noted = running.read()
        return noted.key if noted else None
    secret, where = (_in_file(Path(given[1:])), given[1:]) if given.startswith("@") else (given, "--key")
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise UserMistake(f"{where}: this is no secret of a key. 不是密钥")
    return secret


def _in_file(path: Path) -> str:
    """The secret in a file, alone or as the header that carries it. Raises UserMistake."""
    try:
        words = path.read_text("utf-8").split()
    except UnicodeDecodeError:
        raise UserMistake(f"{path} is no text in UTF-8") from None
    except OSError as error:
        raise UserMistake(f"{path} cannot be read: {error.strerror}") from None
    if len(words) != 1 and [each.lower() for each in words[:-1]] != HEADER:
        raise UserMistake(f"{path} holds something else than the secret of a key, alone or as `Authorization: Bearer SECRET`. 不是密钥文件")
    return words[-1]


def find_intake(url: str | None, key: str | None) -> tuple[str, str]:
    """Where intake is, and with which key: as given, or those of the running `xiaohao up`. Raises UserMistake."""
    noted = running.read()
    url, secret = url or (noted.addresses["intake"] if noted else None), find_key(key)
    if not url or not secret:
        missing = "--url and --key" if not url and not secret else "--url" if not url else "--key"
        raise UserMistake(f"Say {missing}; no running `xiaohao up` has it.")
    return url, secret
