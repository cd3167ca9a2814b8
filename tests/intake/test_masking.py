"""Numbers of phones and cards are masked, wherever people write what they like."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Annotated, Any, Literal, get_args, get_origin
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from services.intake.envelope import OPENING, TOLD
from services.intake.masking import FREE_TEXT, REFERENCES, masked, masked_all, names_somebody
from services.intake.runs import ANY

PHONES = [
    "13812345678 19912345678 +8613812345678 ＋8613812345678 008613812345678 08613812345678 8613812345678 013812345678 (86)13812345678",
    "（86）13812345678 (+86)13812345678 +86-138-1234-5678 +86·13812345678 86-13812345678 0086-138-1234-5678 138-1234-5678 138.1234.5678",
    "138·1234·5678 138•1234•5678 138・1234・5678 138‧1234‧5678 138/1234/5678 138／1234／5678 138\\1234\\5678 138_1234_5678 138–1234–5678",
    "138—1234—5678 138——1234——5678 138−1234−5678 138‐1234‑5678 138－1234－5678 138---1234---5678 138...1234...5678 138。1234。5678",
    "138-12345678 1381234-5678 1-3-8-1-2-3-4-5-6-7-8 13-81-23-45-67-8 13812-345678 138-1234.5678 138-1990-1001 138-19900101",
    "(138)1234-5678 （138）12345678 １３８１２３４５６７８ ①③⑧12345678 ¹³⁸¹²³⁴⁵⁶⁷⁸ 𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖 ١٣٨١٢٣٤٥٦٧٨ १३८१२३४५६७८ 一三八一二三四五六七八",
    "138～1234～5678 138~1234~5678 138～12345678 1381234，5678 138、1234、5678 138，1234，5678 138,1234,5678 138|1234|5678 138*1234*5678 138+1234+5678 138：1234：5678",
    "138…1234…5678 138……1234……5678 138#1234#5678 138;1234;5678 138，、1234<br>5678 138<BR/>1234<br>5678 138&nbsp;1234&nbsp;5678 86～138～1234～5678",
    "1～3～8～1～2～3～4～5～6～7～8 1，3，8，1，2，3，4，5，6，7，8 1<br>3<br>8<br>1<br>2<br>3<br>4<br>5<br>6<br>7<br>8 1-3-8-1234-5678 138-1-2-3-4-5-6-7-8 138-12-34-56-78 138-1234-56-78",
    "一三八一两三四五六七八 幺三八幺两三四五拐八洞 ㈠㈢㈧㈠㈡㈢㈣㈤㈥㈦㈧ ㊀㊂㊇12345678 〡〣〨12345678 1381234567813912345678 13812345678元旦 13812345678台儿庄区",
    "1\u03363\u03368\u03361\u03362\u03363\u03364\u03365\u03366\u03367\u03368 138\ue0001234\ue0005678 138\x801234\ufffc5678 138\ufdd01234\uffff5678",
    "幺三八幺二三四五六七八 壹叁捌壹贰叁肆伍陆柒捌 138一二三四5678 1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣ ①13812345678 tel13812345678x",
]
SPACED = [
    *("138 1234 5678", "138  1234  5678", "138\u30001234\u30005678", "138\u00a01234\u00a05678", "138\u20091234\t5678", "138\n1234\n5678"),
    *(
        "1381234567\n8",
        "138 - 1234 - 5678",
        "138\u200b1234\u200b5678",
        "1\u200b3\u200b8\u200b1\u200b2\u200b345678",
        "138\u2060\ufeff12345678",
    ),
    *(
        "138\u00ad1234\u00ad5678",
        "\u202e138\u202c12345678",
        "138\u206612345678\u2069",
        "+86 138 1234 5678",
        "0086 138 1234 5678",
        "86 13812345678",
    ),
    "138\U000e002012345678",
]
IDENTITIES = [
    *(
        "370123199001011234",
        "37012319900101123X",
        "37012319900101123x",
        "３７０１２３１９９００１０１１２３ｘ",
        "370123 19900101 1234",
        "370123-19900101-123X",
    ),
    *(
        "370123·19900101·1234",
        "370123/1990/0101/1234",
        "370123\u200b19900101\u200b1234",
        "370123——19900101——1234",
        "37012319900101123 X",
        "370123 1990 01 01 1234",
    ),
    *(
        "3701231990010112 3Х",
        "37012319900101123Ⅹ",
        "370123900101123",
        "370123 900101 123",
        "370123-900101-123",
        "三七〇一二三一九九〇〇一〇一一二三四",
        "370123～19900101～1234",
        "370123，1990，01，01，1234",
        "370123、19900101、123、X",
        "370123：900101：123",
        "3*7*0*1*2*3*1*9*9*0*0*1*0*1*1*2*3*4",
    ),
]
BANK_CARDS = [
    *(
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111·1111·1111·1111",
        "4111/1111/1111/1111",
        "４１１１１１１１１１１１１１１１",
    ),
    *(
        "6222020000000000000",
        "6222 0200 0000 0000 000",
        "622202 0000000000000",
        "62220200000000000",
        "622202000000000007",
        "5500\u200b0000\u20600000 0004",
    ),
    *("6222~0212~3456~7890~128", "4111，1111，1111，1111", "4111 <br>1111 <br>1111 <br>1111", "4|1|1|1|1|1|1|1|1|1|1|1|1|1|1|1"),
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((text, "〔手机号〕") for text in (*" ".join(PHONES).split(" "), *SPACED)),
        *((text, "〔身份证号〕") for text in IDENTITIES),
        *((text, "〔银行卡号〕") for text in BANK_CARDS),
    ],
)
def test_a_number_of_a_person_is_masked_however_it_is_spelled(text: str, kind: str) -> None:
    becomes = masked(f"张某，{text}，来访")
    assert becomes.count(kind) == 1, becomes
    assert sum(map(str.isdigit, becomes)) <= 4, becomes  # of a country code, and the number in a list before
    assert masked(becomes) == becomes


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("电话13812345678。", "电话〔手机号〕。"),
        ("+86 13812345678", "+86 〔手机号〕"),
        ("37012319900101123X，13912345678", "〔身份证号〕，〔手机号〕"),
        ("13812345678 13912345678/13712345678", "〔手机号〕 〔手机号〕/〔手机号〕"),
        ("2019年4月2日13812345678来电2次", "2019年4月2日〔手机号〕来电2次"),
        ("1795113812345678", "17951〔手机号〕"),
        ("13812345678，2019年", "〔手机号〕，2019年"),
        ("13812345678，13912345678、13712345678", "〔手机号〕，〔手机号〕、〔手机号〕"),
        ("1. 13812345678", "1. 〔手机号〕"),
        ("0632-5512345转13812345678-801", "0632-5512345转〔手机号〕-801"),
        ("〔2019〕17号 13812345678", "〔2019〕17号 〔手机号〕"),
    ],
)
def test_what_stands_around_a_number_stays(text: str, becomes: str) -> None:
    assert masked(text) == becomes
    assert masked(becomes) == becomes


@pytest.mark.parametrize(
    "text",
    [
        *("", "第3号楼2层", "12345", "12345678901", "138123456789", "1381234567", "370123999001011234", "370123199013011234"),
        # Days and times, years in a row.
        *("2019-04-02 08:00", "2019年4月2日", "2019.4.2-2019.5.31", "1949.10.1-2019", "1949-10-1 2019", "2019/04/02 13:45:12", "20190402"),
        *("20190402080012", "1990-2019", "1998 2003 138", "2015 2016 2017 2018", "2019-04", "08:00-17:30"),
        # Amounts, shares, measures. With commas, or a dot as money and measures have it.
        *(
            "13,812,345,678元",
            "150000000.00元",
            "13812345678.50元",
            "13812345.678",
            "1.6180339887",
            "3.141592653589793",
            "99.9%",
            "13 812 345 678元",
        ),
        *(
            "总投资15000000000元",
            "GDP达15300000000元",
            "13500000000人次",
            "15000000000余元",
            "13500000000 件",
            "共13500000000台。",
            "13812345678平方米",
        ),
        *("13500000000吨", "4111111111111111元", "138，1234，5678人次"),
        *("1381234.5678万元", "36.5℃", "120/80mmHg", "15.25 16.75 178", "1234567890123.45元"),
        # Numbers of documents, books and issues: nobody's phone begins so.
        *("卫办发〔2019〕12345678901号", "国卫医发〔2018〕22号", "第17号问题", "t01-2019-0017", "ISBN 978-7-5117-2345-6", "GB 15982-2012"),
        # Machines: addresses, versions; a number of 16 digits that fails the check sum, or that begins like a date.
        *("192.168.100.10", "10.0.0.1", "v1.3.8", "4111111111111112", "2019040208001234", "1551744000000"),
        # Houses and rooms, lists, scores, numbers of documents with a date.
        *(
            "1-3-802",
            "3号楼2单元1502室",
            "13、14、15、16、17、8",
            "1/3/5/7/9/11/13/15",
            "13-05-2024-001",
            "13 05 2024 001",
            "135 78 165 120",
        ),
        *(
            "床位138，20190402",
            "13:45、14:30、15:20、16:1",
            "1:3，8:1，2:3，4:5，6:7，8:9",
            "5、4、3、1、5、3、4、2、5、4、3、1、2、5",
            "1,5,3,4,2,5,4,3,3,4,5,4",
            "88881234，88885678",
        ),
        # Landlines and service numbers are an institution's, and say where it can be called.
        *("0632-5512345", "(0632)5512345", "010-88888888", "400-810-1234", "12345", "120", "88881234 88885678"),
        *("2019年新增床位138张、1234人次", "二〇一九年四月二日", "一百三十八"),
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert masked(text) == text


SEPARATOR = st.text(st.sampled_from(" -.·/—－\u3000\u200b\u202e\u2060\t_"), min_size=1, max_size=6)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086", "86", "(86)"]), SEPARATOR, SEPARATOR)
def test_a_phone_number_in_three_groups_is_masked_whatever_parts_them(number: str, code: str, first: str, second: str) -> None:
    spelled = f"{code}{number[:3]}{first}{number[3:7]}{second}{number[7:]}"
    assert "〔手机号〕" in masked(f"电话{spelled}。")
    assert number[7:] not in masked(spelled)


@given(
    st.from_regex(r"1[3-9][0-9][3-9][0-9]{7}", fullmatch=True),
    st.lists(st.text(st.characters(exclude_categories=["L", "N", "Cs"]), min_size=1, max_size=3), min_size=2, max_size=2),
)
def test_any_few_signs_part_the_groups_of_a_phone_number(number: str, gaps: list[str]) -> None:
    assert masked(f"电话{number[:3]}{gaps[0]}{number[3:7]}{gaps[1]}{number[7:]}。") == "电话〔手机号〕。"


@given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 40), st.sampled_from([" ", "/", ".", "-", "、", "，", ", ", " | "]))
def test_a_list_that_rises_stays(first: int, step: int, many: int, between: str) -> None:
    text = between.join(map(str, range(first, first + step * many, step)))
    assert masked(text) == text


HOSTILE = [
    *(
        "1、",
        "13，",
        "138～1234～5678，",
        "1<br>",
        "1" + "，" * 50,
        "1" + "\u0336" * 50,
        "1，3，8，",
        "8，",
        "13，8，1、23、",
        "1、3、5、7、9、",
        "86，1，",
    ),
    *(
        "370123，1990，01，01，",
        "6222，",
        "19900101，",
        "13:45、14:30、",
        "1_",
        "1&nbsp;",
        "1",
        "1 ",
        "13812345678",
        "1" + " " * 50,
        "86",
        "0",
        "37",
    ),
    *(
        "4111 ",
        "1.",
        " \u200b",
        "①",
        "2019-04-02 ",
        "一",
        "8 ",
        "13 1 ",
        "1/3/5/7/9/11/13/15/",
        "1.3.8.1.2",
        "370123 1990 01 01 ",
        "18 ",
        "1795 1",
    ),
    *(
        "0086 ",
        "622202 ",
        "1 3 ",
        "138 ",
        "1380 ",
        "13-8 1.2 3/4 ",
        "5 5 5 5 ",
        "8888 ",
        "3701239",
        "1990 01 01 12 3 ",
        "1\u200b3",
        "31 1 11",
        "-0/13",
    ),
]
"""Parts of texts that are made to take long."""
MOST_WORK = 700
"""Steps of the interpreter for a character, at most."""


def work(text: str) -> int:
    """The steps that the interpreter takes to mask a text, which no machine's speed changes."""
    steps = 0

    def step(frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
        nonlocal steps
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        steps += event == "opcode"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        masked(text)
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("part", HOSTILE)
def test_a_text_that_is_made_to_take_long_takes_as_long_as_it_is(part: str) -> None:
    few, many = (work((part * length)[:length] + "x") for length in (600, 2400))
    assert many < 5 * few + 60 * 2400  # with less than 11 digits there is nothing to do
    assert many < MOST_WORK * 2400


@settings(max_examples=40)
@given(st.lists(st.sampled_from([*"0123456789，/.- 、", "13", "19", "20", "86", "37"]), min_size=1, max_size=14).map("".join))
def test_no_text_takes_long_to_mask(part: str) -> None:
    assert work((part * 300)[:300]) < MOST_WORK * 300


def test_a_text_without_eleven_digits_is_looked_at_once() -> None:
    assert work("门诊楼三楼电梯经常出故障，2019年4月2日患者张某反映等候20分钟，请尽快解决。" + "电梯" * 1000) < 50


@given(st.text())
def test_text_without_digits_stays(text: str) -> None:
    if not any(normalize("NFKC", character).isdecimal() or character in ANY for character in text):
        assert masked(text) == text


LETTERED = [
    "13812345678abcdef",
    "13812345678a0001",
    "abcde13812345678",
    "110105194912310021a",
    "138~1234~5678",
    "13812345678abcdefabcdefabcdefab",
]


@pytest.mark.parametrize(
    "id", ["13812345678", "+86-138-1234-5678", "t01~13812345678", "37012319900101123X", "a/138.1234.5678.jpg", *LETTERED]
)
def test_an_id_that_names_somebody_is_known(id: str) -> None:
    assert names_somebody(id)


@pytest.mark.parametrize(
    "id",
    [
        *("t01~17", "2019-04-02-001", "IMG_20190402_081530.jpg", "4111111111111111", "f47ac10b-58cc-4372-a567-0e02b2c3d479"),
        *(
            "9f86d081884c7d659a2feaa0c55ad015",
            "1551744000000",
            "9f86d081884c7d65",
            "abc13812345678def0123",
            "13812345678abcdefabcdefabcdefabcd",
            "DSC_13_20190402_1.jpg",
            "202019041500001",
        ),
    ],
)
def test_other_ids_stay(id: str) -> None:
    assert not names_somebody(id)


def free(annotation: Any) -> bool:
    """Whether a field holds a text that a person writes as they like: one that no pattern holds to a code or an id, wherever in it."""
    if get_origin(annotation) is Annotated:
        kind, *rules = get_args(annotation)
        return free(kind) if kind is not str else any(_patterns(rules)) or not any(_patterns(rules, every=True))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(free(field.rebuild_annotation()) for name, field in annotation.model_fields.items() if name not in REFERENCES)
    return annotation is str or (get_origin(annotation) is not Literal and any(map(free, get_args(annotation))))


def _patterns(rules: list[Any], every: bool = False) -> list[str]:
    """The patterns among rules that only leave out what no document can hold, or all of them."""
    nested = [rule for each in rules for rule in (each.metadata if isinstance(each, FieldInfo) else [each])]
    found = [str(pattern) for each in nested if (pattern := getattr(each, "pattern", None))]
    return [pattern for pattern in found if every or pattern.startswith("^[^")]


def test_every_free_text_of_what_is_told_is_masked() -> None:
    # An announcement is its owner's own and public; what names another subject is no text.
    subjects = {("IssueReported", "visit"), ("WatchAnswered", "issue"), ("NominationFiled", "idea")}
    written = {
        (type, name)
        for type, model in TOLD.items()
        for name, field in model.model_fields.items()
        if type not in (*OPENING, "TimeTold", "PersonNamed") and name not in REFERENCES and free(field.rebuild_annotation())
    }
    assert {("IssueReported", "text"), ("IssueReported", "fixed"), ("MeasuresPlanned", "milestones"), ("ReturnFiled", "form")} <= written
    assert {(type, name) for type, name in written - subjects if name not in FREE_TEXT} == set()


def test_numbers_are_masked_in_every_part_but_what_says_where_a_picture_lies() -> None:
    told = {"result": "问13812345678", "evidence": ["13812345678.jpg"], "steps": [{"name": "13812345678", "due": "2022-05-01"}, None, 3]}
    masked_once = {
        "result": "问〔手机号〕",
        "evidence": ["13812345678.jpg"],
        "steps": [{"name": "〔手机号〕", "due": "2022-05-01"}, None, 3],
    }
    assert masked_all(told) == masked_once


def test_what_is_nested_past_every_field_is_left_to_its_form() -> None:
    deep: Any = "13812345678"
    for _ in range(100_000):
        deep = [deep]
    assert masked_all(deep)
