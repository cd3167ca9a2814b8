"""Codes of rows in the words of the plan, of the tree and of the people."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.reporting.figures.report import Award, Report
from services.reporting.wording.texts import Language, said, text
from shared.papers import ATTACHMENT
from shared.plan import Plan
from shared.topics import person_id
from shared.values import Wording

LISTS = ("phases", "categories", "channels", "grades", "lanes", "classes", "awards", "obligations", "watches", "activities")
"""The lists of the plan whose entries are named."""
SHOWN = 5
"""Names in a line about a gap, at most."""


class Names:
    """Says what codes mean; a code that nobody named stands for itself."""

    def __init__(self, plan: Plan, language: Language, units: Mapping[str, str], persons: Mapping[str, str]) -> None:
        self._plan, self._language, self._units, self._persons = plan, language, units, persons
        self._lists = {entries: {each.code: self.said(each.name) for each in getattr(plan, entries)} for entries in LISTS}

    @classmethod
    def in_report(cls, report: Report, language: Language) -> "Names":
        """The names that a report comes with."""
        return cls(report.plan, language, report.unit_names, report.person_names)

    def say(self, name: str, **values: object) -> str:
        """A text of the catalogue."""
        return text(self._language, name, **values)

    def of(self, entries: str, code: str | None) -> str:
        """The name that a list of the plan gives a code."""
        return self._lists[entries].get(code or "", code or "")

    def said(self, wording: Wording) -> str:
        """A wording of the plan."""
        return said(self._language, wording)

    def entries(self, entries: str) -> list[tuple[str, str]]:
        """The codes of a list of the plan with their names."""
        return list(self._lists[entries].items())

    def gap(self, gap: Mapping[str, Any] | None) -> dict[str, str]:
        """What a phase waits for, or closed over: a line for each kind."""
        if not gap:
            return {}
        lines = dict[str, str]()
        if share := gap.get("verified"):
            lines["verified"] = self.say("gap-verified", **{**share, "wanted": f"{share['wanted']:g}"})
        for name, entries in (("returns", "obligations"), ("watches", "watches"), ("activities", "activities")):
            if codes := gap.get(name):
                shown = [self.of(entries, code) for code in codes[:SHOWN]]
                listed = self.listed([*shown, *(["…"] if len(codes) > SHOWN else [])])
                lines[name] = self.say(f"gap-{name}", count=len(codes), names=listed)
        if targets := gap.get("targets"):
            lines["targets"] = self.say("gap-targets", count=targets)
        if units := gap.get("units"):
            lines["units"] = self.say("gap-units", count=len(units))
        return lines

    def listed(self, names: Iterable[str], marks: tuple[str, str] = ("、", ", ")) -> str:
        """Names, or sentences, one after another, with the marks of the language between."""
        return marks[self._language == "en"].join(names)

    def prize(self, given: Award) -> str:
        """What the winners of an award got: of what the plan has for it, and in the words of whoever decided."""
        rewards = {each.code: each.name for award in self._plan.awards if award.code == given.award for each in award.rewards}
        said = [self.said(rewards[code]) for code in given.rewards if code in rewards]
        return self.listed([*said, *([given.prize] if given.prize else [])])

    def paper(self, named: str) -> str:
        """A picture or a paper as an event names it; one that was uploaded by the first digits of its hash, as the page of its issue lists it."""
        return self.say("attachment", short=named[7:15]) if ATTACHMENT.fullmatch(named) else named

    def unit(self, campaign: str, unit: str) -> str:
        """A unit's name."""
        return self._units.get(f"{campaign}/{unit}", unit)

    def person(self, root: str, person: str | None) -> str:
        """A person's name; the opaque id, marked as one, where it was erased, never told, or is not the asker's to see."""
        if not person:
            return ""
        return self._persons.get(person_id(root, person)) or self.say("no-name", person=person)
