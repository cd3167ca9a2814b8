"""What happened to an issue, event by event, in words: when, what, who, and why."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.figures.report import History, Unheard
from services.reporting.fold.rows import IssueRow, root_of
from services.reporting.papers.names import Names
from services.reporting.wording.history import FIELDS, OUTCOMES, UNHEARD, WITHDRAWN
from services.reporting.wording.texts import Language
from shared.events.catalogue import CATALOGUE
from shared.workdays import BEIJING

LISTS = {"category": "categories", "channel": "channels", "grade": "grades", "lane": "lanes"}
"""Fields that hold a code of the plan, and where the plan names it."""
CALLED = ("nature", "clock")
"""Fields whose values have names in the catalogue of texts."""


@dataclass(frozen=True)
class Line:
    """One event."""

    time: str
    name: str
    who: str
    details: Sequence[tuple[str, str]]
    """Names of fields, and what they say."""
    unheard: Sequence[str] = ()
    """Whom it could not be told to, and why."""


def lines(history: History, row: IssueRow, names: Names, language: Language) -> Iterator[Line]:
    """The events in order. What several events say because of one that was told is said once."""
    said: dict[str, set[tuple[str, str]]] = {}
    for each in history.events:
        before = said.setdefault(f"{each.told_source} {each.told_id}", {("text", row["text"])})
        shown = [(field, words) for field in FIELDS if (words := _words(field, each.fact.get(field), row, names, language))]
        yield Line(
            time=f"{each.accepted.astimezone(BEIJING):%Y-%m-%d %H:%M}",
            name=event_name(each.type, language),
            who=_who(each.fact, row, names, language),
            details=[(FIELDS[field][language == "en"], words) for field, words in shown if (field, words) not in before],
            unheard=tuple(_unheard(failed, names, language) for failed in history.unheard if failed.position == each.position),
        )
        before.update(shown)


def _who(fact: dict[str, Any], row: IssueRow, names: Names, language: Language) -> str:
    """Who did it, and for which unit; empty where nobody did: the ledger or the clock."""
    if not fact.get("by"):
        return ""
    unit = names.unit(row["campaign"], fact.get("by_unit") or row["unit"])
    return f"{names.person(root_of(row['path']), fact['by'])}{'（' if language == 'zh' else ' ('}{unit}{'）' if language == 'zh' else ')'}"


def _unheard(failed: Unheard, names: Names, language: Language) -> str:
    """Whom a notice did not reach, and why; never where it was sent to."""
    why = UNHEARD.get(failed.reason, (failed.reason, failed.reason))[language == "en"]
    answered = f" {failed.code}" if failed.code else ""
    return names.say("unheard", person=names.person(*failed.recipient.split("/", 1)), why=f"{why}{answered}")


def _words(field: str, value: Any, row: IssueRow, names: Names, language: Language) -> str:
    """A value as people read it; empty where there is none."""
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return names.say("yes") if value else names.say("no") if field in ("accepted", "upheld", "holds", "on_time") else ""
        case {"zh": str(zh), "en": str(en)}:
            return en if language == "en" else zh
        case dict():
            return " ".join(str(each) for each in value.values() if each)
        case list():
            return names.listed(_words(field, each, row, names, language) for each in value)
        case str() if field == "evidence":
            return names.paper(value)
        case str() if field in LISTS:
            return names.of(LISTS[field], value)
        case str() if field in CALLED:
            return names.say(value)
        case str() if field == "owner":
            return names.person(root_of(row["path"]), value)
        case str() if field in ("to", "unit"):
            return names.unit(row["campaign"], value)
        case str() if field == "outcome":
            return OUTCOMES[value][language == "en"]
        case str() if field == "reason" and value in WITHDRAWN:
            return WITHDRAWN[value][language == "en"]
        case str() if field == "type":
            return event_name(value, language)
    return str(value)


def event_name(type: str, language: Language) -> str:
    """The name of a recorded event; in English its type, in words."""
    if type not in CATALOGUE:
        return type
    return CATALOGUE[type].zh if language == "zh" else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type).capitalize()
