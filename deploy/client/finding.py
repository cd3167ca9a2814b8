"""What the doctor finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was found. `wrong` says what is missing and `command` how to get it; both are empty where all is well."""

    found: str
    wrong: str = ""
    command: str = ""
