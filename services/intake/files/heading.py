"""The heading of a sheet: found below titles, on one line or two, merged or not; each of its columns known by name, or asked about. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice, pairwise

from services.intake.files.cells import is_blank
from services.intake.files.columns import NUMERIC, Column, heading
from services.intake.files.forms import Form
from services.intake.files.labels import is_label
from services.intake.files.mistakes import FileRefused
from services.intake.files.reasons import REFUSED
from services.intake.files.sheet import Merged, Sheet, SheetRow, letter
from services.intake.files.vocabulary import Vocabulary
from shared.values import Wording
from shared.wording import worded

WITHIN = 40
"""Rows that are not blank among which the heading stands."""
MEANT = 2
"""Columns by which a heading is known for one that does not fit best, and under which a row of its own is filled in."""
LONGEST = 100
"""Characters of a heading that are looked at."""
REASON = Wording(zh="未受理原因", en="Reason")
"""The heading of the column that a report adds."""
SERIAL = frozenset(map(heading, ("序号", "顺序号", "序", "行号", "no", "no.", "#", "s/n")))
"""Headings of columns that number the rows of a sheet, for whoever reads it."""
UNREAD = SERIAL | frozenset(map(heading, ("备注", "说明", "remark", "remarks", REASON.zh, REASON.en)))
"""Headings of columns that are never read."""


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a sheet."""

    number: int
    """Its last row, from 1."""
    columns: Mapping[int, Column]
    """The columns that are read, by their place from 0."""
    serials: frozenset[int]
    """Columns that number the rows."""
    texts: Mapping[int, str]
    """What stands in it over each column, read or not, as `heading` has it."""
    names: frozenset[str]
    """All that columns of such a sheet go by."""
    over: tuple[Merged, ...] = ()
    """Cells of its upper line that stand over several columns: of CSV, which has none that are merged."""

    @property
    def letters(self) -> dict[str, str]:
        """The letter of the column that fills a field."""
        return {column.field: letter(place) for place, column in self.columns.items()}

    def is_headed(self, place: int) -> bool:
        """Whether a column has a heading."""
        return place in self.texts

    def is_remark(self, place: int) -> bool:
        """Whether a column holds remarks: it is not read, and neither numbers the rows nor is what a report added."""
        unread = place in self.texts and place not in self.columns and place not in self.serials
        return unread and self.texts[place] not in map(heading, (REASON.zh, REASON.en))

    def column_of(self, field: str) -> str:
        """The letter of the column that a mistake of an event (`data.evidence.0`, `subject`) is in; empty where it is none's."""
        letters, parts = self.letters, field.split(".")
        for end in range(len(parts), 0, -1):
            if found := letters.get(".".join(parts[:end])):
                return found
        of_subject = ("number", "issue", "unit") if field in ("subject", "id") else ("unit",) if field == "data.unit" else ()
        return next((letters[each] for each in of_subject if each in letters), "")


def head_of(sheet: Sheet, form: Form, vocabulary: Vocabulary) -> Head:
    """The heading of a sheet. Raises FileRefused where it has none of this form, or one that cannot be told for certain."""
    columns = columns_of(form, vocabulary)
    known = {name: column for column in columns for name in column.headings}
    above = [_cut(row) for row in islice(sheet.rows(), WITHIN)]
    readings = list(_readings(above, sheet, known))
    best = max(readings, key=lambda each: each.score, default=None)
    if best is None or best.score[0] < 1 or len(best.found) < 2:
        needed = "、".join(each.name.zh for each in columns if each.required)
        english = ", ".join(each.name.en for each in columns if each.required)
        raise FileRefused("head-none", form=form.title, needed=Wording(zh=needed, en=english))
    _refuse_another(readings, best, above, known)
    best.require(columns, known)
    serials = frozenset(place for place, text in best.texts.items() if heading(text) in SERIAL and place not in best.found)
    texts = {place: heading(text) for place, text in best.texts.items()}
    return Head(best.number, best.found, serials, texts, UNREAD.union(known, texts.values()), best.over)


def _refuse_another(readings: Sequence["_Reading"], best: "_Reading", rows: Sequence[SheetRow], known: Mapping[str, Column]) -> None:
    """No heading of another table stands above, with rows of its own. Raises FileRefused.

    Labels with what they say are none: 单位, 中心医院, 日期, 2026-11-30.
    """
    for each in readings:
        if len(each.found) < MEANT or each.are_labels or each.found == best.found:
            continue
        for row in rows:
            under = (row.cells[place] for place in each.found if place < len(row.cells) and not is_blank(row.cells[place]))
            values = [cell for cell in under if not (isinstance(cell, str) and (heading(cell) in known or is_label(cell)))]
            if each.number < row.number < best.first and len(values) >= MEANT:
                raise FileRefused("head-several", row=each.number, other=best.number)


def columns_of(form: Form, vocabulary: Vocabulary) -> tuple[Column, ...]:
    """The columns of a form in a campaign: its own, and of returns those of the forms that the plan asks for."""
    if form.name != "returns":
        return form.columns
    asked = {(each.code, each.zh): each for fields in vocabulary.forms.values() for each in fields}
    own, names = {name for column in form.columns for name in column.headings}, [heading(zh) for _, zh in asked]
    more = []
    for each in asked.values():
        clash = heading(each.zh) in own or names.count(heading(each.zh)) > 1
        name = Wording(zh=f"{each.zh}-{each.code}", en=f"{each.en}-{each.code}") if clash else Wording(zh=each.zh, en=each.en)
        numeric = {
            field.kind for fields in vocabulary.forms.values() for field in fields if (field.code, field.zh) == (each.code, each.zh)
        } == {"number"}
        more.append(Column(f"data.form.{each.code}", name, kind="figure" if numeric else "text"))
    english = [heading(each.name.en) for each in more]
    return form.columns + tuple(
        each if english.count(heading(each.name.en)) == 1 and heading(each.name.en) not in own else
        replace(each, name=Wording(zh=each.name.zh, en=f"{each.name.en}-{each.field[10:]}"))
        for each in more
    )  # fmt: skip


@dataclass
class _Reading:
    """A row, or two, read as a heading."""

    first: int
    number: int
    """Its last row."""
    texts: dict[int, str]
    found: dict[int, Column]
    over: tuple[Merged, ...] = ()
    """Cells of the first that stand over several columns, if there are two."""

    @property
    def score(self) -> tuple[int, int, int, int]:
        """How well it fits: by the columns that must be there, all columns, those that nobody knows, and its rows."""
        fields = {each.field for each in self.found.values()}
        needed = len({each.field for each in self.found.values() if each.required})
        return needed, len(fields), -len(self.unknown), self.first - self.number

    @property
    def unknown(self) -> list[int]:
        return [place for place, text in self.texts.items() if place not in self.found and heading(text) not in UNREAD]

    @property
    def are_labels(self) -> bool:
        """Whether each that is not known stands behind one that is, and there are as many of them."""
        places = sorted(self.found.keys() | self.unknown)
        behind = {after for place, after in pairwise(places) if place in self.found}
        return len(self.found) <= len(self.unknown) and behind.issuperset(self.unknown)

    def require(self, columns: Sequence[Column], known: Mapping[str, Column]) -> None:
        """Every column is known, none is there twice, and those that must be there are. Raises FileRefused."""
        places: dict[str, list[int]] = {}
        for place, column in self.found.items():
            places.setdefault(column.field, []).append(place)
        twice = next((found for found in places.values() if len(found) > 1), None)
        if twice:
            raise FileRefused("head-twice", row=self.number, columns=", ".join(map(letter, twice)), name=self.found[twice[0]].name)
        if self.unknown:
            free = [name for name, column in known.items() if column.field not in places]
            said = [_asked(place, self.texts[place], free, known) for place in self.unknown[:10]]
            unknown = Wording(zh="、".join(each.zh for each in said), en=", ".join(each.en for each in said))
            raise FileRefused("head-unknown", row=self.number, unknown=unknown)
        if missing := [each.name for each in columns if each.required and each.field not in places]:
            said_missing = Wording(zh="、".join(each.zh for each in missing), en=", ".join(each.en for each in missing))
            raise FileRefused("head-missing", row=self.number, missing=said_missing)


def _asked(place: int, text: str, free: Sequence[str], known: Mapping[str, Column]) -> Wording:
    """A column that nobody knows, and what may be meant by it."""
    near = get_close_matches(heading(text)[:40], free, 1, 0.5)
    values: dict[str, object] = {"column": letter(place), "text": text[:40]}
    return worded(REFUSED["head-near"], near=known[near[0]].name, **values) if near else worded(REFUSED["head-strange"], **values)


def _readings(rows: Sequence[SheetRow], sheet: Sheet, known: Mapping[str, Column]) -> Iterator[_Reading]:
    """Each row, and each two that follow one another, read as a heading."""
    for index, row in enumerate(rows):
        texts = _texts(row)
        yield _Reading(row.number, row.number, texts, _found({place: [text] for place, text in texts.items()}, known))
        if index + 1 < len(rows) and rows[index + 1].number == row.number + 1:
            over, below = _over(row, texts, sheet, rows[index + 1]), _texts(rows[index + 1])
            above = {place: texts[left] for place, left in over.items()}
            names, shown = dict[int, list[str]](), dict[int, str]()
            for place in sorted(above.keys() | below.keys()):
                upper, lower = above.get(place, ""), below.get(place, "")
                names[place] = [upper + lower, lower] if upper and lower else [upper or lower]
                shown[place] = f"{upper} {lower}".strip()
            if any(place in above and place in below for place in names):
                last = {left: place for place, left in sorted(over.items())}
                merged = tuple(Merged(row.number, left, row.number, right) for left, right in last.items() if right > left)
                yield _Reading(row.number, row.number + 1, shown, _found(names, known), merged)


def _cut(row: SheetRow) -> SheetRow:
    """A row with as much of its texts as a heading is known by."""
    return SheetRow(row.number, tuple(cell.strip()[:LONGEST] if isinstance(cell, str) else cell for cell in row.cells))


def _texts(row: SheetRow) -> dict[int, str]:
    return {place: str(cell).strip()[:LONGEST] for place, cell in enumerate(row.cells) if not is_blank(cell)}


def _over(row: SheetRow, texts: Mapping[int, str], sheet: Sheet, below: SheetRow) -> dict[int, int]:
    """The cell of a row that stands over each column: its own, one that is merged over it, and in CSV one before it with nothing between them.

    Over a column that is not read, such as that of remarks, stands its own alone.
    """
    over = {place: place for place in texts}
    lower = [place for place, text in _texts(below).items() if place not in over and heading(text) not in UNREAD]
    for merged in sheet.merged:
        if merged.top == merged.bottom == row.number and merged.left in texts:
            over |= {place: merged.left for place in lower if merged.left < place <= merged.right}
    if sheet.loose:
        over |= {place: max(before) for place in lower if (before := [left for left in texts if left < place])}
    return over


def _found(names: Mapping[int, Sequence[str]], known: Mapping[str, Column]) -> dict[int, Column]:
    found = {}
    for place, texts in names.items():
        for text in texts:
            column = known.get(heading(text))
            if column is None and (loose := known.get(heading(text, False))) and loose.kind not in NUMERIC:
                column = loose
            if column is not None:
                found[place] = column
                break
    return found
