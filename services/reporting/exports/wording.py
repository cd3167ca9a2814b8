"""Codes of rows in the words of the plan, of the tree and of the people."""

from collections.abc import Mapping

from services.reporting.summaries import Report
from services.reporting.texts import Language, said, text


class Words:
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

    def unit_class(self, code: str | None) -> str:
        """The name of a class of units."""
        return self._classes.get(code or "", code or "")

    def unit(self, campaign: str, unit: str) -> str:
        """A unit's name."""
        return self._units.get(f"{campaign}/{unit}", unit)

    def person(self, person: str | None) -> str:
        """A person's name; the opaque id where it was erased or never told."""
        return self._persons.get(person or "", person or "")
