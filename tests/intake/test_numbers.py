"""Numbers of phones and cards are found however they are spelled, and nothing else is; at a cost that the length of a text alone decides."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.masking import masked
from services.intake.runs import ANY
from tests.intake.spellings import AROUND, BANK_CARDS, CODED, HOSTILE, IDENTITIES, ON_END, PASTED, PHONES, SPACED, STAYING


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((text, "〔手机号〕") for text in (*" ".join(PHONES).split(" "), *SPACED, *PASTED, *CODED, *AROUND, *ON_END)),
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
        ("138123456789 13812345678，370123199001011234", "138123456789 〔手机号〕，〔身份证号〕"),
        ("张三|370123199001011234|13812345678|4111111111111111", "张三|〔身份证号〕|〔手机号〕|〔银行卡号〕"),
        ('{"id":"370123199001011234","tel":"13812345678"}', '{"id":"〔身份证号〕","tel":"〔手机号〕"}'),
        ("手机&#65306;13812345678&#65307;办公0632-5512345", "手机&#65306;〔手机号〕&#65307;办公0632-5512345"),
        ("〔2019〕17号 13812345678", "〔2019〕17号 〔手机号〕"),
    ],
)
def test_what_stands_around_a_number_stays(text: str, becomes: str) -> None:
    assert masked(text) == becomes
    assert masked(becomes) == becomes


@pytest.mark.parametrize(
    "text",
    STAYING,
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
