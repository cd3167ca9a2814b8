"""What a sheet may name in a campaign: units by id, name and alias; entries of the plan by code and name. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from services.intake.files.columns import SIGNS
from shared.glyphs import plain
from shared.plan import Plan
from shared.values import Wording

PLACE = re.compile(
    r"(?!城[市镇乡]|红旗|联盟).{1,7}?(?:特别行政区|自治区|自治州|自治县|自治旗|林区|省|市|(?<![社病院城校园小片厂诊监景分])区|县|旗|盟|镇|乡|街道)"
)
"""A place at the beginning of a unit's name; 社区, 病区, 院区, 城区 and the like are parts of one, by which units are told apart."""
COMPARED = 4_000
"""Names that a sheet's are compared with in all, at most."""
CANDIDATES = 8
"""Of what may be meant, so many are named."""


class Entry(NamedTuple):
    """An entry of a list: its code, its name in Chinese and in English."""

    code: str
    zh: str
    en: str


class FormField(NamedTuple):
    """A field of a form that a return is filed on."""

    code: str
    zh: str
    en: str
    kind: str
    choices: tuple[Entry, ...]


class UnitNames(NamedTuple):
    """A unit by all its names."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


FIXED: Mapping[str, tuple[Entry, ...]] = {
    "natures": (Entry("problem", "问题", "Problem"), Entry("defect", "缺陷", "Defect"), Entry("hazard", "隐患", "Hazard")),
    "yes": (Entry("yes", "是", "Yes"), Entry("no", "否", "No")),
}
"""Lists that are the same in every campaign."""


@dataclass(frozen=True)
class Vocabulary:
    """What a sheet may name, of the units that a key covers."""

    campaign: str
    units: tuple[UnitNames, ...] = ()
    """Whose books are open and lie in the key's scope, by id."""
    lists: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    """By name: categories, channels, targets, lanes, grades, carries_in, obligations, surveys, classes, lines, natures, yes."""
    forms: Mapping[str, tuple[FormField, ...]] = field(default_factory=dict)
    """The fields of the form that a return is filed on, by the obligation's code."""

    @staticmethod
    def of(campaign: str, units: Iterable[UnitNames], plan: Mapping[str, Any] | None) -> "Vocabulary":
        """Of these units and what `named_by` says of a plan; None: no plan is known."""
        lists = {name: tuple(Entry(*each) for each in entries) for name, entries in (plan or {}).get("lists", {}).items()}
        forms = {
            code: tuple(
                FormField(field, zh, en, kind, tuple(Entry(*choice) for choice in choices)) for field, zh, en, kind, choices in fields
            )
            for code, fields in (plan or {}).get("forms", {}).items()
        }
        return Vocabulary(campaign, tuple(sorted(units)), {**lists, **FIXED}, forms)

    def ready(self) -> "Vocabulary":
        """The same, once its units are known by all their names: that takes seconds for very many, and so a thread of its own."""
        self.unit("-")
        return self

    def entries(self, name: str) -> tuple[Entry, ...]:
        """The entries of a list; none where the plan has no such list."""
        return self.lists.get(name, ()) if name in self.lists else FIXED.get(name, ())

    def entry(self, name: str, text: str) -> tuple[str, ...]:
        """The codes of the entries of a list that go by this text: one, none, or several."""
        return self._codes(name).get(key_of(text), ())

    def unit(self, text: str) -> tuple[str, ...]:
        """The ids of the units that go by this text: by id, name or alias, or by one of these with or without the places before it; one, none or several."""
        key = key_of(text)
        if found := self._named.get(key):
            return found
        if found := self._short.get(key):
            return found
        # A place that stands before the value alone: only one that the unit is known to lie in.
        for start in self._places:
            if key.startswith(start):
                rest = key[len(start) :]
                if found := tuple(id for id in self._named.get(rest, ()) if self._lies_in(self._by_id[id], start, rest)):
                    return found
        return ()

    def _lies_in(self, unit: UnitNames, start: str, rest: str) -> bool:
        """Whether a unit lies in a place: one of its names says so, or other names do of the place that what is left of this one begins with."""
        own = any(start in _parts(key_of(name)) for name in (unit.name, *unit.aliases))
        return own or any(start + place in self._places_known for place in _places(rest))

    def near(self, text: str) -> tuple[str, ...]:
        """The units whose names are like a text; none where there are too many to compare, or it was asked too often."""
        if len(self._named) > COMPARED or self._asked > COMPARED:
            return ()
        found = get_close_matches(key_of(text)[:60], self._named, 3, 0.6)
        self.__dict__["_asked"] = self._asked + len(self._named)
        return tuple(dict.fromkeys(id for each in found for id in self._named[each]))

    def shown(self, ids: Iterable[str]) -> str:
        """Some units with their names, for a message."""
        return "；".join(f"{self._by_id[id].name}（{id}）" for id in sorted(ids)[:CANDIDATES])

    def listed(self, name: str) -> Wording:
        """Some entries of a list, for a message."""
        some = self.entries(name)[:20]
        more = " …" if len(self.entries(name)) > 20 else ""
        return Wording(
            zh="、".join(f"{each.zh[:40]}（{each.code}）" for each in some)[:900] + more or "–",
            en=", ".join(f"{each.en[:40]} ({each.code})" for each in some)[:1900] + more or "–",
        )

    @cached_property
    def _by_id(self) -> dict[str, UnitNames]:
        return {each.id: each for each in self.units}

    @cached_property
    def _named(self) -> dict[str, tuple[str, ...]]:
        """Units by id, name and alias."""
        found: dict[str, set[str]] = {}
        for each in self.units:
            for name in (each.id, each.name, *each.aliases):
                found.setdefault(key_of(name), set()).add(each.id)
        return {name: tuple(sorted(ids)) for name, ids in found.items()}

    @cached_property
    def _short(self) -> dict[str, tuple[str, ...]]:
        """Units by what is left of a name without the places that it begins with."""
        found: dict[str, set[str]] = {}
        for each in self.units:
            for name in (each.name, *each.aliases):
                for start in _places(key := key_of(name)):
                    found.setdefault(key[len(start) :], set()).add(each.id)
        return {name: tuple(sorted(ids)) for name, ids in found.items()}

    @cached_property
    def _places(self) -> tuple[str, ...]:
        """The places, and parts of them, that names begin with: the longest first."""
        return tuple(sorted(self._places_known, key=lambda place: (-len(place), place)))

    @cached_property
    def _places_known(self) -> frozenset[str]:
        return frozenset(place for each in self.units for name in (each.name, *each.aliases) for place in _parts(key_of(name)))

    @cached_property
    def _asked(self) -> int:
        """Names that were compared so far."""
        return 0

    @cached_property
    def _lists(self) -> dict[str, dict[str, tuple[str, ...]]]:
        return {}

    def _codes(self, name: str) -> dict[str, tuple[str, ...]]:
        if name not in self._lists:
            self._lists[name] = by_text(self.entries(name))
        return self._lists[name]


def by_text(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """The codes of entries by all that they go by, as `key_of` has it."""
    found: dict[str, set[str]] = {}
    for each in entries:
        for text in each:
            found.setdefault(key_of(text), set()).add(each.code)
    return {text: tuple(sorted(codes)) for text, codes in found.items()}


def named_by(plan: Plan) -> dict[str, Any]:
    """What a plan lets a sheet name, as the store keeps it: its lists, and the forms of its returns."""
    forms = {form.code: form for form in plan.forms}
    lists = {
        "categories": plan.categories,
        "channels": plan.channels,
        "lanes": plan.lanes,
        "grades": plan.grades,
        "carries_in": plan.carries_in,
        "obligations": plan.obligations,
        "surveys": plan.surveys,
        "classes": plan.classes,
        "lines": plan.lines,
    }
    named = {name: [[each.code, each.name.zh, each.name.en] for each in entries] for name, entries in lists.items()}
    named["targets"] = [[str(each.number), each.text.zh, each.text.en] for each in plan.targets]
    return {
        "lists": named,
        "forms": {
            owed.code: [
                [
                    each.code,
                    each.name.zh,
                    each.name.en,
                    each.kind,
                    [[one.code, one.name.zh, one.name.en] for one in each.choices],
                ]
                for each in forms[owed.form].fields
            ]
            for owed in plan.obligations
            if owed.form in forms
        },
    }


@lru_cache(maxsize=1 << 13)
def key_of(text: str) -> str:
    """A name as names are compared: in simplified glyphs, small letters, without spaces and signs between its words."""
    key = plain(text)
    return SIGNS.sub("", key) or key.strip()


def _places(key: str) -> tuple[str, ...]:
    """What a name may be said without: the places that it begins with, the shortest first. What is left has two characters at least."""
    starts, at = [], 0
    while (found := PLACE.match(key, at)) and len(key) - found.end() >= 2:
        at = found.end()
        starts.append(key[:at])
    return tuple(starts)


def _parts(key: str) -> set[str]:
    """The places that a name begins with, each alone and with those after it."""
    return {longer[len(shorter) :] for shorter, longer in combinations(("", *_places(key)), 2)}
