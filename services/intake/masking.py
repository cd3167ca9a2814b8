"""Phone and ID-card numbers in free text: masked before anything is told, since what is recorded is kept for ever."""

import re
from typing import Any
from unicodedata import normalize

FREE_TEXT = frozenset(
    {"text", "finding", "measures", "result", "effect", "reason", "prevention", "title", "form"}
    | {"point", "social_impact", "comment", "what"}  # of reports and answers
    | {"measure", "opinion", "box"}  # of ideas and proposals
    | {"notice", "prize", "remark"}  # of awards
    | {"analysis", "standard", "emergency_plan", "guard", "fixed", "milestones", "name"}  # of measures
    | {"carried_in", "seed"}
)
"""The fields of told events in which people write what they like, or that hold such fields."""
REFERENCES = frozenset({"evidence", "files", "media", "by"})
"""Fields that say where a picture or a paper lies, or who did it: changed, they would lead nowhere."""
DEEPEST = 3
"""Levels that a field of free text has at most: milestones are a list of them. What lies deeper is no event and is refused by its form."""


def _like(characters: str) -> str:
    """Every character that reads as one of these: full-width and mathematical digits too, which an ASCII pattern would let through (NFKC)."""
    blocks = (*range(0x80), *range(0x2000, 0x3100), *range(0xFF00, 0x10000), *range(0x1D7CE, 0x1D800))
    return "".join(re.escape(chr(code)) for code in blocks if normalize("NFKC", chr(code)) in set(characters))


DIGIT = _like("0123456789")
GAP = rf"[\s{_like('-')}]?"
ALONE_BEFORE, ALONE_AFTER = rf"(?<![{DIGIT}])", rf"(?![{DIGIT}])"
PHONE = rf"[{_like('1')}]{GAP}[{_like('3456789')}](?:{GAP}[{DIGIT}]){{9}}"
"""A mobile number: 11 digits from 13 to 19, also as 138 1234 5678 and 138-1234-5678."""
CARD = (
    rf"[{_like('123456789')}](?:{GAP}[{DIGIT}]){{5}}"  # the place of registration
    rf"{GAP}(?:[{_like('1')}]{GAP}[{_like('9')}]|[{_like('2')}]{GAP}[{_like('0')}])(?:{GAP}[{DIGIT}]){{2}}"  # the year of birth
    rf"{GAP}[{_like('01')}]{GAP}[{DIGIT}]{GAP}[{_like('0123')}]{GAP}[{DIGIT}]"  # month and day
    rf"(?:{GAP}[{DIGIT}]){{3}}{GAP}[{DIGIT}{_like('Xx')}]"
)
"""The number of an identity card: 18 digits with a date of birth in them; the last may be X."""
NUMBER = re.compile(f"{ALONE_BEFORE}(?:(?P<card>{CARD})|{PHONE}){ALONE_AFTER}")
DIGITS = re.compile(r"[\d²³¹⁰-₉①-⓿]")
"""What every such number begins with, in a class that is quickly searched: most texts have none, and need no closer look."""

PLACEHOLDERS = ("〔身份证号〕", "〔手机号〕")
MACHINE_MADE = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?=[0-9]*[a-fA-F])[0-9a-fA-F]{16,}", re.ASCII)
"""UUIDs and hashes in ids: by chance there are eleven digits on end in one of some hundreds."""


def masked(text: str) -> str:
    """The text with a placeholder in the place of each such number; the same text gives the same."""
    return NUMBER.sub(lambda found: PLACEHOLDERS[0] if found["card"] else PLACEHOLDERS[1], text) if DIGITS.search(text) else text


def names_somebody(id: str) -> bool:
    """Whether an id or a reference holds the number of a phone or an identity card: it cannot be masked, since others refer to it."""
    made = MACHINE_MADE.sub(" ", id)
    hidden = masked(made)
    return any(hidden.count(each) > made.count(each) for each in PLACEHOLDERS)


def masked_all(value: Any, levels: int = DEEPEST) -> Any:
    """A text, or all the texts in a form, a part or a list, with a placeholder in the place of each such number."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list) and levels:
        return [masked_all(each, levels - 1) for each in value]
    if isinstance(value, dict) and levels:
        return {field: each if field in REFERENCES else masked_all(each, levels - 1) for field, each in value.items()}
    return value
