"""Codes of rows in the words of the plan, of the tree and of the people."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.reporting.figures.report import Report
from services.reporting.wording.texts import Language, said, text
from shared.values import Wording

SHOWN = 5
"""Names in a line about a gap, at most."""


class Names:
    """Says what codes mean; a code that nobody named stands for itself."""

    def __init__(
        self, report: Report, language: Language, units: Mapping[str, str] | None = None, persons: Mapping[str, str] | None = None
    ) -> None:
        plan = report.plan
        self._report, self._language = report, language
        self._units = report.unit_names if units is None else units
        self._persons = report.person_names if persons is None else persons
        self._phases = {each.code: said(language, each.name) for each in plan.phases}
        self._categories = {each.code: said(language, each.name) for each in plan.categories}
        self._channels = {each.code: said(language, each.name) for each in plan.channels}
        self._grades = {each.code: said(language, each.name) for each in plan.grades}
        self._classes = {each.code: said(language, each.name) for each in plan.classes}

    def say(self, name: str, **values: object) -> str:
        """A text of the catalogue."""
        return text(self._language, name, **values)

    def campaign(self) -> str:
        """The campaign's name."""
        return said(self._language, self._report.summary.name)

    def phase(self, code: str) -> str:
        """A phase's name."""
        return self._phases.get(code, code)

    def category(self, code: str) -> str:
        """A category's name."""
        return self._categories.get(code, code)

    def channel(self, code: str) -> str:
        """A channel's name."""
        return self._channels.get(code, code)

    def grade(self, code: str | None) -> str:
        """The name of a grade."""
        return self._grades.get(code or "", code or "")

    def award(self, code: str) -> str:
        """The name of an award."""
        return next((said(self._language, each.name) for each in self._report.plan.awards if each.code == code), code)

    def period(self, period: str) -> str:
        """The period of an award; nothing for one that is given once."""
        return "" if period == "once" else period

    def said(self, wording: Wording) -> str:
        """A wording of the plan."""
        return said(self._language, wording)

    def gap(self, gap: Mapping[str, Any] | None) -> list[str]:
        """What a phase waits for, or closed over: a line for each kind."""
        if not gap:
            return []
        plan = self._report.plan
        named = {"returns": plan.obligations, "watches": plan.watches, "activities": plan.activities}
        lines = []
        if share := gap.get("verified"):
            lines.append(self.say("gap-verified", **{**share, "wanted": f"{share['wanted']:g}"}))
        for name, entries in named.items():
            if codes := gap.get(name):
                names = {each.code: said(self._language, each.name) for each in entries}
                shown = [names.get(code, code) for code in codes[:SHOWN]]
                listed = self.listed([*shown, *(["…"] if len(codes) > SHOWN else [])])
                lines.append(self.say(f"gap-{name}", count=len(codes), names=listed))
        if targets := gap.get("targets"):
            lines.append(self.say("gap-targets", count=targets))
        if units := gap.get("units"):
            lines.append(self.say("gap-units", count=len(units)))
        return lines

    def listed(self, names: Iterable[str]) -> str:
        """Names one after another."""
        return ("、" if self._language == "zh" else ", ").join(names)

    def unit_class(self, code: str | None) -> str:
        """The name of a class of units."""
        return self._classes.get(code or "", code or "")

    def unit(self, campaign: str, unit: str) -> str:
        """A unit's name."""
        return self._units.get(f"{campaign}/{unit}", unit)

    def person(self, person: str | None) -> str:
        """A person's name; the opaque id where it was erased or never told."""
        return self._persons.get(person or "", person or "")
