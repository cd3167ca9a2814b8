"""Whether a text that is meant for people is in one language alone."""

import re
from collections.abc import Iterator
from typing import Any

CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"`[^`]*`|“[^”]*”|'[^']*'|\"[^\"]*\"|https?:\S+|[A-Z]+ /\S+")
"""What is repeated or to be written just so: of no language."""
ENGLISH = re.compile(r"(?<![\w-])[A-Za-z]{2,} +[a-z]{2,}(?![\w-])")
"""Two words in a row: names of fields and codes stand alone."""


def speaks(language: str, text: str) -> bool:
    """Whether a text is in this language and in no other."""
    said = CODE.sub("", text)
    if language == "zh":
        return bool(CHINESE.search(said)) and not ENGLISH.search(said)
    return bool(re.search("[A-Za-z]", said)) and not CHINESE.search(said)


def texts(problem: dict[str, Any]) -> Iterator[str]:
    """All that a problem says to people, in the language it was asked in."""
    yield problem["title"]
    yield problem["detail"]
    for each in problem.get("errors", []):
        yield each["detail"]
