"""What the kept sums say of a list of issues before any row is looked at: how many it has, and whether an index leads to few rows. Pure."""

from collections.abc import Iterator, Mapping

from services.reporting.figures.filters import Filter
from services.reporting.figures.sums import NONE, Names, split
from services.reporting.fold.rows import GONE
from services.reporting.fold.sums import ALL, OF_KINDS

PARTS = ("once", "rows", "days", "struck", "kinds", "listed")
"""The parts of the sums that this looks at."""
Numbers = Mapping[str, Names]
PROPERTIES = (
    "month",
    "category",
    "channel",
    "status",
    "overdue",
    "carried_over",
    "standing",
    "struck",
    "clock",
    "owner",
    "text",
    "since",
    "until",
)
"""What may be asked of issues beside figure and phase."""
FLAGS = {"overdue": "late", "carried_over": "carried", "standing": "standing", "struck": "struck"}
"""What holds of an issue or does not, and how the sums call it."""


def properties(wanted: Filter) -> dict[str, str | bool]:
    """What is asked beside figure and phase."""
    return {name: value for name in PROPERTIES if (value := getattr(wanted, name)) is not None}


def number(wanted: Filter, sums: Numbers) -> int | None:
    """How many issues fit, where the sums have that: in every list that a figure of a page leads to, and in those with one property."""
    asked, phase = properties(wanted), wanted.phase
    once, of_lists = sums.get("once", NONE), sums.get("listed", NONE)
    match wanted.figure, tuple(asked):
        case None, () if phase:
            return sums.get("rows", NONE)[f"phase/{phase}"]
        case None, ():
            return sums.get("rows", NONE)["all"]
        case None, (name,) if not phase:
            return _rows(name, asked[name], sums.get("rows", NONE))
        case figure, ():
            return once[f"{phase or ALL}/{figure}"]
        case ("entered" | "struck_off") as figure, ("month",) if not phase:
            return sum(n for (of, day), n in split(sums.get("days", NONE)) if of == figure and day.startswith(str(wanted.month)))
        case "on_time", ("month",) if not phase:
            return sums.get("struck", NONE)[f"{wanted.month}/on_time"]
        case figure, (("category" | "channel") as kind,) if figure in OF_KINDS and not (phase and figure == "struck_off"):
            kinds = split(sums.get("kinds", NONE))
            return sum(
                n for (*of, entered, counted), n in kinds if of == [kind, asked[kind]] and counted == figure and phase in (None, entered)
            )
        case "carried_over", ("status",) if wanted.status == "open":
            return of_lists[f"carried/{phase or ALL}"]
        case "overdue", ("overdue",) if wanted.overdue:
            return of_lists[f"late/{phase or ALL}"]
    return None


def _rows(name: str, value: str | bool, rows: Names) -> int | None:
    """Rows of issues with one property."""
    if name in FLAGS:
        return rows[FLAGS[name]] if value else rows["all"] - rows[FLAGS[name]]
    if value == "open":
        return sum(n for (field, *rest), n in split(rows) if field == "status" and rest[0] not in GONE)
    return rows[f"{name}/{value}"] if name in ("category", "channel", "status", "clock") else None


def led_to(wanted: Filter, campaign: Numbers) -> Iterator[int]:
    """How many rows of the whole campaign each index leads to by something that is asked; see `Store.prepare`."""
    once, rows, phase = campaign.get("once", NONE), campaign.get("rows", NONE), wanted.phase
    for name, value in properties(wanted).items():
        if name in ("clock", "status") and value != "open":
            yield rows[f"{name}/{value}"]
        if name in ("overdue", "carried_over") and value:
            yield rows[FLAGS[name]]
    match wanted.figure:
        case "overdue" | "carried_over" | "defects" | "hazards":
            yield once[f"{ALL}/{wanted.figure}"]
        case "struck_off" | "on_time" if phase:
            yield once[f"{phase}/struck_off"]
    if phase and wanted.figure in (None, "entered", "defects", "hazards", "open"):
        yield rows[f"phase/{phase}"]
