"""Templates: filled in by what they offer, each is right at once; a spreadsheet program shows its lists, its headings and its explanations."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from services.intake.files.columns import Column, heading
from services.intake.files.forms import FORMS, Form
from services.intake.files.template import EXPLANATIONS, LISTS, lists_of
from services.intake.files.vocabulary import UnitNames, Vocabulary, named_by
from shared.plan import Plan
from tests.intake.files.given import FileDoor
from tests.intake.given import Campaign

OWN: Mapping[str, Mapping[str, str]] = {
    "units": {"单位编码": "bureau", "上级单位": "", "第一责任人": "", "其他条线上级": "", "标签": "", "单位类别": "bureau"},
    "self-checks": {"是否符合": "是", "存在问题": ""},
    "surveys": {"填报日期": ""},
    "persons": {"人员编号": "z-01"},
}
"""What a form asks for beside what its columns say."""
LEFT = {
    "上年转入活动",
    "原编号",
    "边查边改措施",
    "边查边改结果",
    "边查边改经办人",
    "边查边改佐证",
    "匿名",
    "反映人",
    "走访检查编号",
    "提出人",
    "节点",
    "报送期",
}
"""What stands in a row of its own kind alone."""


def offered(book: Any, column: int) -> list[str]:
    """The entries of the drop-down list of a column."""
    for each in book.worksheets[0].data_validations.dataValidation:
        if each.type == "list" and next(iter(each.sqref.ranges)).min_col == column:
            [(sheet, cells)] = book.defined_names[each.formula1].destinations
            return [cell.value for (cell,) in book[sheet][cells]]
    return []


def value_for(form: Form, column: Column, entries: list[str]) -> str:
    """What a clerk may put into a cell."""
    if column.name.zh in OWN.get(form.name, {}):
        return OWN[form.name][column.name.zh]
    if column.name.zh in LEFT:
        return ""
    if column.kind == "person":
        return "p1"
    if column.kind in ("day", "moment"):
        return "2019-04-02"
    if column.kind == "unit":
        return "h1"
    return entries[0] if entries else column.example or ("材料" if column.required else "")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
async def test_a_template_that_is_filled_in_is_right_at_once(campaign: Campaign, form: Form, language: str) -> None:
    door, out = FileDoor(campaign), BytesIO()
    answer = await door.get(f"/v1/templates/tengzhou-2019/{form.name}.xlsx?lang={language}", "root")
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(BytesIO(answer.content))
    by_name = {name: each for each in form.columns for name in each.headings}
    for place, cell in enumerate(list(book.worksheets[0][1]), 1):
        if column := by_name.get(heading(str(cell.value))):
            book.worksheets[0].cell(2, place).value = value_for(form, column, offered(book, place))
    book.save(out)

    told = await door.send(out.getvalue(), "root", form.name, "填好.xlsx")

    assert (told.status_code, told.json().get("told"), told.json().get("refused")) == (202, 1, 0), told.text


@pytest.mark.parametrize("form", FORMS)
async def test_an_empty_template_tells_nothing(campaign: Campaign, form: str) -> None:
    door = FileDoor(campaign)
    template = await door.get(f"/v1/templates/tengzhou-2019/{form}.xlsx")
    answer = await door.send(template.content, form=form, name="空.xlsx")
    assert (answer.status_code, answer.json()["state"], answer.json()["told"]) == (422, "refused", 0), answer.text


async def test_lists_hold_what_the_plan_names_and_the_units_of_the_key_alone(campaign: Campaign, tengzhou: Plan) -> None:
    door = FileDoor(campaign)
    template = await door.get("/v1/templates/tengzhou-2019/issues.xlsx?lang=zh", "t01")
    book = openpyxl.load_workbook(BytesIO(template.content))
    columns = {cell.value: offered(book, place) for place, cell in enumerate(book.worksheets[0][1], 1)}
    assert columns["类别"] == [each.name.zh for each in tengzhou.categories]
    assert columns["来源渠道"] == [each.name.zh for each in tengzhou.channels]
    assert sorted(columns["单位"]) == ["t01", "院"]
    assert b"t02" not in b"".join(str(each.value).encode() for row in book[LISTS].iter_rows() for each in row)


async def test_headings_are_frozen_and_each_column_is_explained_in_both_languages(campaign: Campaign) -> None:
    template = await FileDoor(campaign).get("/v1/templates/tengzhou-2019/measures.xlsx?lang=zh")
    book = openpyxl.load_workbook(BytesIO(template.content))
    filled_in: Worksheet = book.worksheets[0]
    assert [each.title for each in book.worksheets] == ["整改措施", EXPLANATIONS, LISTS]
    assert (filled_in.freeze_panes, book[LISTS].sheet_state) == ("A2", "hidden")
    said = [list(row) for row in book[EXPLANATIONS].iter_rows(values_only=True)]
    explained = {row[0]: row for row in said}
    for cell in filled_in[1]:
        column = next(each for each in FORMS["measures"].columns if each.name.zh == cell.value)
        assert explained[column.name.zh][4] == column.name.en
        assert all(explained[column.name.zh][place] for place in (2, 6))


def test_an_entry_whose_name_is_another_ones_too_is_listed_by_its_code(tengzhou: Plan) -> None:
    twins = Vocabulary.of("c", [UnitNames("a", "院"), UnitNames("b", "院"), UnitNames("c", "局")], named_by(tengzhou))
    assert lists_of(twins, "zh")["units"] == ["a", "b", "局"]
