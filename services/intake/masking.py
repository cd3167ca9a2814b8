"""Numbers of phones, identity cards and bank cards in free text: masked before anything is told, since what is recorded is kept for ever."""

import re
from typing import Any

from services.intake.numbers import Kind, numbers
from services.intake.runs import alphabets
from shared.papers import FIELDS

FREE_TEXT = frozenset(
    {"text", "finding", "measures", "result", "effect", "reason", "prevention", "title", "form"}
    | {"point", "social_impact", "comment", "what"}  # of reports and answers
    | {"measure", "opinion", "box"}  # of ideas and proposals
    | {"notice", "prize", "remark"}  # of awards
    | {"analysis", "standard", "emergency_plan", "guard", "fixed", "milestones", "name"}  # of measures
    | {"carried_in", "seed", "visit", "idea"}
    | {"plan", "units"}  # of a campaign's announcement, where people write names
)
"""The fields of told events in which people write what they like, or that hold such fields."""
REFERENCES = FIELDS | {"by"}
"""Fields that say where a picture or a paper lies, or who did it: changed, they would lead nowhere."""
DEEPEST = 10
"""Levels that a field of free text has at most: a plan has most. What lies deeper is no event and is refused by its form."""


PLACEHOLDERS: dict[Kind, str] = {"identity": "〔身份证号〕", "phone": "〔手机号〕", "bank": "〔银行卡号〕"}
HEX = "[0-9a-fA-F]"
MACHINE_MADE = re.compile(
    rf"{HEX}{{8}}(?:-{HEX}{{4}}){{3}}-{HEX}{{12}}|{HEX}{{32,}}|(?<!{HEX})(?![0-9]{{11}}){HEX}{{16,}}+(?<![0-9]{{11}})", re.ASCII
)
"""UUIDs and hashes in ids: by chance there are eleven digits on end in one of some hundreds. With these at an end, a short one may be a number of a
person and letters."""


def masked(text: str) -> str:
    """The text with a placeholder in the place of each number of a person; the same text gives the same."""
    for alphabet in alphabets(text):
        parts, done = [], 0
        for start, end, kind in numbers(text, alphabet):
            parts += [text[done:start], PLACEHOLDERS[kind]]
            done = end
        text = "".join((*parts, text[done:])) if parts else text
    return text


def names_somebody(id: str) -> bool:
    """Whether an id or a reference holds the number of a phone or an identity card: it cannot be masked, since others refer to it.

    Bank cards are not looked for: of the long numbers that machines give as ids, each tenth passes their check sum.
    """
    made = MACHINE_MADE.sub("#", id)
    return any(kind != "bank" for alphabet in alphabets(made) for _, _, kind in numbers(made, alphabet))


def masked_all(value: Any, levels: int = DEEPEST) -> Any:
    """A text, or all the texts in a form, a part or a list, with a placeholder in the place of each such number."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list) and levels:
        return [masked_all(each, levels - 1) for each in value]
    if isinstance(value, dict) and levels:
        return {field: each if field in REFERENCES else masked_all(each, levels - 1) for field, each in value.items()}
    return value
