"""Files that people write: whatever is wrong with one is named with its line, and what would be right."""

from pathlib import Path

import pytest

from deploy.plans.read import read_plan, read_units
from shared.file_mistakes import FileMistake

TENGZHOU = Path(__file__).parents[2] / "deploy/campaigns/tengzhou-2019.yaml"


def test_words_that_yaml_once_took_for_yes_and_no_and_numbers_with_a_nought_before_stay_words(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    more = "\nlines:\n  - {code: no, name: {zh: off, en: on}}\n  - {code: 010, name: {zh: 12:30, en: 2019-03-31}}\nlast_day: '2019-09-30'\n"
    file.write_text(TENGZHOU.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert [(line.code, line.name.zh, line.name.en) for line in read_plan(file).lines] == [
        ("no", "off", "on"),
        ("010", "12:30", "2019-03-31"),
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("  plan: {days: 5}", "  plan: {days:5}", "clocks.plan.days:5: write `field: value`, with a space after the colon"),
        ("  plan: {days: 5}", "  plan： {days: 5}", "clocks.plan： {days: write `field: value`, with a space after the colon"),
        ("issued: 2019-03-05", "issued:", "issued: should be a day that exists, written as 2019-03-31 (given: nothing)"),
        ("recommends: true", "recommends: yes", 'awards.0.recommends: should be true or false, without quotes (given: "yes")'),
        ("classes: [bureau]}", "classes: bureau}", "obligations.4.classes: should be a list: as [a, b]"),
        (
            "{zh: 群众投诉, en: Complaint}",
            "群众投诉",
            "channels.1.name: should be fields with their values, each as `field: value`; there are en, zh",
        ),
        ("at_most: 0", "at_most: .nan", "kpis.2.at_most: should be a number"),
        ("issued: 2019-03-05", 'issued: 2019-03-05\n"\\e[31m\\nred": 1', "\\x1b[31m\\nred: there is no such field"),
        ("issued: 2019-03-05", "? [a]\n: 1\nissued: 2019-03-05", ":27: write `field: value`"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_what_would_be_right(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(TENGZHOU.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    with pytest.raises(FileMistake) as caught:
        read_plan(file)
    assert said in str(caught.value)


def test_merges_that_stand_for_a_huge_plan_are_refused_before_they_are_made(tmp_path: Path) -> None:
    lines = ["a0: &a0 {x: 1}", *(f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]
    file = tmp_path / "plan.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FileMistake, match="more than 100,000 values"):
        read_plan(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: the file is empty; a plan says at least campaign"),
        ("a: [", ":1: a bracket is not closed"),
        ("a: &x [*x]", "more than 100,000 values"),
        ("[" * 60 + "]" * 60, "nested more than 50 deep"),
        ("[" * 5000, "nested more than 50 deep"),
        ("- 1", ":1: a plan has fields, each on a line as `field: value`"),
        ("campaign：tengzhou", ":1: a plan has fields, each on a line as `field: value`"),
        ("campaign：tengzhou\nversion: 1", ":2: here or a line above stands a full-width colon"),
        ("name:\n\tzh: 活动", ":2: this line has a tab; indent with spaces"),
        ("name: 活动: 一", ":1: a colon is not expected here"),
        ("name: *there", ":1: refers to an anchor that is not there"),
        ("a: 1\n---\nb: 2", ":2: a file holds one document"),
        ("a: 1\nb: \x00", ":2: holds a control character"),
        ('b: 1\na: "\\ud800"', ":2: holds half a character"),
        ("a: !!python/object:os.system {}", ":1: this cannot be read as its tag"),
        ("b: 1\na: !!bool maybe", ":2: this cannot be read as its tag .* leave the tag out"),
        ("b: 1\na: !!int many", ":2: this cannot be read as its tag"),
        ("b: 1\na: [!!timestamp soon]", ":2: this cannot be read as its tag"),
    ],
)
def test_a_file_that_is_no_plan_at_all_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileMistake, match=said) as caught:
        read_plan(file)
    assert str(caught.value).startswith(f"{file}:")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.yaml", None, "none.yaml: there is no such file; check its name and folder / 没有此文件"),
        (".", None, ": this is a folder; name a file in it"),
        (
            "gbk.yaml",
            "campaign: x\nname: 活动".encode("gbk"),
            "gbk.yaml:2: the file is written in GB18030 (GBK, ANSI), not in UTF-8; save it as UTF-8",
        ),
        ("wide.yaml", "campaign: x".encode("utf-16"), "wide.yaml:1: the file is written in UTF-16 (Unicode), not in UTF-8"),
        ("odd.yaml", b"a: \xff\xff\xff", "odd.yaml:1: the file is written in another encoding, not in UTF-8"),
        ("large.yaml", b"# " * (9 << 20), "large.yaml: the file has 18,874,368 bytes; at most 4,194,304"),
    ],
)
def test_a_file_that_is_missing_too_large_or_not_utf_8_is_named_with_what_to_do(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content:
        (tmp_path / name).write_bytes(content)
    for read in (read_plan, read_units):
        with pytest.raises(FileMistake) as caught:
            read(tmp_path / name)
        assert said in str(caught.value)


def test_a_small_file_that_stands_for_a_huge_plan_is_refused_before_it_is_made(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]
    file = tmp_path / "plan.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FileMistake, match="more than 100,000 values"):
        read_plan(file)


def test_a_misspelt_field_is_named_with_its_line_and_the_field_that_was_meant(tmp_path: Path) -> None:
    text = TENGZHOU.read_text(encoding="utf-8").replace("  fix: {days: 20, cap: P3.2}", "  fix: {dais: 20, cap: P3.2}")
    number = next(index for index, line in enumerate(text.splitlines(), 1) if "dais" in line)
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileMistake) as caught:
        read_plan(file)
    assert f"{file}:{number}: clocks.fix.dais: there is no such field; did you mean 'days'?" in str(caught.value)


def test_a_key_that_stands_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(TENGZHOU.read_text(encoding="utf-8") + "\nissued: 2019-03-06\n", encoding="utf-8")
    with pytest.raises(FileMistake, match=r"plan\.yaml:\d+: 'issued' stands twice; keep one"):
        read_plan(file)


def test_a_field_that_stands_over_what_is_merged_does_not_stand_twice_and_has_its_own_line(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    text = (
        TENGZHOU.read_text(encoding="utf-8")
        .replace("- {code: P3.1,", "- &first {code: P3.1,")
        .replace("- {code: P3.2,", "- {<<: *first, code: P3.2,")
    )
    file.write_text(text, encoding="utf-8")
    assert read_plan(file) == read_plan(TENGZHOU)
    file.write_text(text.replace("end: 2019-05-31", "end: 2019-02-30"), encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "P3.2," in each)
    with pytest.raises(FileMistake, match=rf"plan\.yaml:{line}: phases\.1\.end: should be a day that exists"):
        read_plan(file)
