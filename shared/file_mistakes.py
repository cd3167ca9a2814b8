"""Mistakes of files that people write, worded in both languages: what reads other files than YAML and JSON needs no more than this."""

from shared.values import Wording
from shared.wording import worded
from shared.wording.files import FILES


class FileMistake(ValueError):
    """A file that cannot be used; its text names the file, and every mistake with its line, field and value, and what would be right."""


def file_mistake(at: str, rule: str, **values: object) -> FileMistake:
    """A mistake by its name in the catalogue, at a file or a line of it."""
    return FileMistake(line_of(at, "", worded(FILES[rule], **values)))


def line_of(at: str, place: str, what: Wording) -> str:
    """One mistake as a line, in both languages."""
    text = f"{at}: {f'{place}: ' if place else ''}{what.en} / {what.zh}"
    # An escape in the file must not steer the terminal, nor begin a line of its own.
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
