"""A template: the workbook of one form for one campaign, with drop-down lists of what its plan and its tree name, and a page of explanations."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

import xlsxwriter

from services.intake.files.columns import Column, Kind
from services.intake.files.forms import Form
from services.intake.files.heading import columns_of
from services.intake.files.report import SAFE
from services.intake.files.vocabulary import Vocabulary
from services.intake.files.wording import EXPLAINED, HEADINGS, KINDS
from shared.wording import Language, worded

EXPLANATIONS, LISTS = "填写说明", "选项"
"""The page of explanations, which is not read, and the hidden one that the drop-down lists stand on."""
LAST = 200_000
"""The last row with drop-down lists: as many as a file may have."""
WIDTHS: Mapping[Kind, int] = {"text": 40, "unit": 22, "target": 30, "milestones": 40, "papers": 30, "yes": 10, "count": 12}
USUAL = 16
"""Characters of other columns."""
FORMATS: Mapping[Kind, str] = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd", "count": "0", "yuan": "0.00", "figure": "General"}
TEXT = "@"
"""How all other cells are shown: else Excel takes 2026-11 for a day, and the zeros from before a number."""
FONT = {"font_name": "Microsoft YaHei", "font_size": 10.5, "valign": "vcenter"}
DARK = {"bold": True, "bg_color": "#1F5C4D", "font_color": "#FFFFFF", "border": 1, "text_wrap": True, "align": "center"}
LIGHT = {"bold": True, "bg_color": "#DCE6E3", "border": 1, "text_wrap": True, "align": "center"}


def write_template(file: IO[bytes], form: Form, vocabulary: Vocabulary, language: Language) -> None:
    """Write the template of a form for a campaign. What is filled in stands on the first sheet, of which nothing but the headings is there yet."""
    book = xlsxwriter.Workbook(file, SAFE | {"in_memory": True})
    page, explained, hidden = book.add_worksheet(getattr(form.title, language)), book.add_worksheet(EXPLANATIONS), book.add_worksheet(LISTS)
    hidden.hide()
    lists = lists_of(vocabulary, language)
    columns = list(_useful(columns_of(form, vocabulary), lists))
    shown = [name for name in dict.fromkeys(each.entries for each in columns) if lists.get(name)]
    for place, name in enumerate(shown):
        for row, entry in enumerate(lists[name]):
            hidden.write_string(row, place, entry)
        letters = xlsxwriter.utility.xl_col_to_name(place)
        book.define_name(_named(name), f"='{LISTS}'!${letters}$1:${letters}${len(lists[name])}")
    heads = {True: book.add_format(FONT | DARK), False: book.add_format(FONT | LIGHT)}
    for place, column in enumerate(columns):
        cells = book.add_format(FONT | {"num_format": FORMATS.get(column.kind, TEXT), "text_wrap": column.kind == "text"})
        page.set_column(place, place, WIDTHS.get(column.kind, USUAL), cells)
        page.write_string(0, place, getattr(column.name, language), heads[column.required])
        _help(page, place, column, _named(column.entries) if column.entries in shown else None, language)
    page.set_row(0, 28)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    _explain(book, explained, form, columns, vocabulary.campaign)
    page.activate()
    book.close()


def lists_of(vocabulary: Vocabulary, language: Language) -> dict[str, list[str]]:
    """The drop-down lists of a campaign: each entry by its name where that is its alone, else by its code."""
    lists = {
        name: [label if vocabulary.entry(name, label := str(getattr(each, language))) == (each.code,) else each.code for each in entries]
        for name, entries in vocabulary.lists.items()
    }
    return lists | {"units": [each.name if vocabulary.unit(each.name) == (each.id,) else each.id for each in vocabulary.units]}


def _useful(columns: Sequence[Column], lists: Mapping[str, Sequence[str]]) -> Iterator[Column]:
    """The columns but for those whose entries the plan has none of, and what is said beside these."""
    useless = {each.field for each in columns if each.entries and not each.required and not lists.get(each.entries)}
    parts = {part for field in useless if (part := field.rpartition(".")[0]) != "data"}
    yield from (each for each in columns if each.field not in useless and each.field.rpartition(".")[0] not in parts)


def _named(entries: str) -> str:
    """What a list is called in the workbook."""
    return f"list_{entries}"


def _help(page: Any, place: int, column: Column, entries: str | None, language: Language) -> None:
    """The drop-down list of a column, and what is said of it once a cell is chosen. What stands in no list is refused where the list is whole: a unit goes
    by other names too.
    """
    said = {"input_title": getattr(column.name, language)[:32], "input_message": getattr(worded(KINDS[column.kind]), language)[:255]}
    if entries is None:
        page.data_validation(1, place, LAST, place, {"validate": "any"} | said)
    else:
        strict = {"error_type": "stop" if column.kind in ("entry", "yes") else "information"}
        page.data_validation(1, place, LAST, place, {"validate": "list", "source": f"={entries}"} | strict | said)


def _explain(book: Any, page: Any, form: Form, columns: Sequence[Column], campaign: str) -> None:
    """Chinese first, English beside it."""
    plain, head = book.add_format(FONT | {"text_wrap": True, "valign": "top"}), book.add_format(FONT | LIGHT)
    title = book.add_format(FONT | {"bold": True, "font_size": 14})
    for column, width in enumerate((16, 8, 44, 26, 18, 9, 56)):
        page.set_column(column, column, width)
    page.write_string(0, 0, f"{form.title.zh} {form.title.en}", title)
    row = 1
    for text in EXPLAINED:
        said = worded(text, campaign=campaign, form=form.name, lists=LISTS)
        page.merge_range(row, 0, row, 3, "", plain)
        page.write_string(row, 0, said.zh, plain)
        page.merge_range(row, 4, row, 6, "", plain)
        page.write_string(row, 4, said.en, plain)
        page.set_row(row, 32)
        row += 1
    names = ("column", "needed", "how", "example")
    for column, said_as in enumerate([*(HEADINGS[each][0] for each in names), *(HEADINGS[each][1] for each in names[:3])]):
        page.write_string(row, column, said_as, head)
    page.freeze_panes(row + 1, 1)
    for each in columns:
        row += 1
        needed, how = HEADINGS["yes" if each.required else "no"], KINDS[each.kind]
        cells = (each.name.zh, needed[0], how[0], each.example, each.name.en, needed[1], how[1])
        page.set_row(row, 15 * max(1, -(-len(how[0]) * 2 // 44), -(-len(how[1]) // 60)))
        for column, cell in enumerate(cells):
            page.write_string(row, column, cell, plain)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
