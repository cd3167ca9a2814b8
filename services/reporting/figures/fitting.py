"""What is asked of issues, as MongoDB asks it so that an index answers, and of issues that changed books, as these are kept. Pure."""

import re

from services.reporting.figures.filters import Filter
from services.reporting.figures.top import Top
from services.reporting.fold.once import Life, phases_of
from services.reporting.fold.rows import GONE
from services.reporting.store import SAID
from shared.glyphs import plain
from shared.mongo import Document

CHANGED_BOOKS: Document = {"$or": [{"origin": {"$ne": None}}, {"handed_to": {"$ne": None}}]}
"""Rows of issues that came from another book, or that another has or is offered: see `once.changes_books`."""
SOME: Document = {"$exists": True}
"""Of the first place of a list that is not empty: what the indexes over lists that mostly are have as their condition."""


def counted_in(figure: str | None, phase: str | None, month: str | None = None) -> Document:
    """The issues of one book that stand behind a figure of a report, of one phase or month or of all: what `once.phases_of` says, as MongoDB asks it."""
    match figure:
        case "struck_off" | "on_time":
            struck: Document = {"status": "struck-off"} | ({"on_time": True} if figure == "on_time" else {})
            return struck | ({"struck_off_phase": phase} if phase else {}) | ({"struck_off": _days(month)} if month else {})
        case "overdue" | "carried_over":
            return {f"{figure}_phases.0": SOME} | ({f"{figure}_phases": phase} if phase else {})
    of_figure: dict[str | None, Document] = {
        "open": {"status": {"$nin": GONE}, "standing": False},
        "defects": {"nature": "defect"},
        "hazards": {"nature": "hazard"},
    }
    return of_figure.get(figure, {}) | ({"phase": phase} if phase else {}) | ({"entered": _days(month)} if month else {})


def counts_in(life: Life, wanted: Filter) -> bool:
    """Whether an issue that changed books stands behind the figure that is asked for."""
    phases = phases_of(life)[wanted.figure or "entered"]
    day = life[0]["entered"]
    if wanted.figure in ("struck_off", "on_time"):
        day = next((stage["struck_off"] or "" for stage in life if stage["status"] == "struck-off"), "")
    return (wanted.phase in phases if wanted.phase else bool(phases)) and day.startswith(wanted.month or "")


def _days(month: str) -> Document:
    return {"$gte": month, "$lt": f"{month}~"}  # sorts behind all its days


def among(top: Top, wanted: Filter) -> Document:
    """The books that are asked, among those of the units under `top`. Places begin with the campaign and the unit: in their order, books lie together."""
    place = top.rows_of(wanted.unit) if wanted.unit else top.rows
    unit = (wanted.unit or top.unit) if wanted.own else None
    if wanted.campaign and unit:
        return place | {"place": {"$gte": f"{wanted.campaign}/{unit}#", "$lt": f"{wanted.campaign}/{unit}$"}}  # $ follows the #
    if wanted.campaign:
        return place | {"place": {"$gte": f"{wanted.campaign}/", "$lt": f"{wanted.campaign}0"}}  # 0 follows the slash
    return place | ({"unit": unit} if unit else {})


def here(life: Life, top: Top, wanted: Filter) -> Life:
    """What of an issue that changed books is in those that are asked."""
    unit = wanted.unit or top.unit
    return [stage for stage in life if top.has(path := stage["path"]) and unit in path and (not wanted.own or path[-1] == unit)]


def some_stage(wanted: Filter) -> Document:
    """What holds of some book of an issue that changed books, where it stands behind a figure."""
    phase = wanted.phase
    match wanted.figure:
        case "struck_off" | "on_time":
            return {"stages.status": "struck-off"} | ({"stages.struck_off_phase": phase} if phase else {})
        case "overdue" | "carried_over":
            return {f"stages.{wanted.figure}_phases": phase} if phase else {f"stages.{wanted.figure}_phases.0": SOME}
        case "defects" | "hazards":
            return {"stages.nature": wanted.figure.removesuffix("s")} | ({"stages.phase": phase} if phase else {})
    return {"stages.phase": phase} if phase else {}


def fitting(top: Top, wanted: Filter, changed_books: Document | None = None) -> Document:
    """A filter as MongoDB asks it, among the units under `top`; beside the issues in one book alone that stand behind a figure, those that changed
    books and are asked for.
    """
    behind = counted_in(wanted.figure, wanted.phase, wanted.month)
    if wanted.figure is not None:
        behind |= {"origin": None, "handed_to": None}
        behind = {"$or": [behind, changed_books]} if changed_books else behind
    asked: list[Document] = [behind, among(top, wanted), *({"campaign": each} for each in [wanted.campaign] if each)]
    equal = {"category": wanted.category, "channel": wanted.channel, "standing": wanted.standing}
    asked += [{name: value} for name, value in equal.items() if value is not None]
    if wanted.clock is not None:
        asked.append({"overdue": wanted.clock, "overdue.0": SOME})
    if wanted.status is not None:
        asked.append({"status": {"$nin": GONE} if wanted.status == "open" else wanted.status})
    for name, given in (("late_since", wanted.overdue), ("carried_over", wanted.carried_over)):
        if given is not None:
            asked.append({name: SAID if given else None})
    if wanted.carried_over:
        asked.append({"carried_over_phases.0": SOME})
    if wanted.struck is not None:
        asked.append({"strikes": {"$ne": []} if wanted.struck else []})
    if days := {sign: day for sign, day in (("$gte", wanted.since), ("$lte", wanted.until)) if day}:
        asked.append({"entered": days})
    if wanted.owner:
        persons = [each.split("/") for each in wanted.called]
        asked.append({"$or": [{"owner": wanted.owner}, *({"owner": person, "path.0": root} for root, person in persons)]})
    if wanted.text:
        asked.append({"folded": {"$regex": re.escape(plain(wanted.text))}})
    return {"$and": [each for each in asked if each]}
