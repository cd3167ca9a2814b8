"""Signs that nobody sees: found past by every search, never a text of their own, and none that turns a page's direction is ever kept."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.events.catalogue import CATALOGUE
from shared.events.fact import Teller
from shared.glyphs import plain
from shared.plan import Plan
from shared.signs import DIRECTIONS, DROPPED, PRINTED, UNSEEN, kept, seen
from shared.units import Unit
from shared.values import RECORDED, Filled, Line, Text, Value, Wording
from shared.wording import worded
from shared.wording.fields import fitting

SIGNS = [chr(code) for code in range(0x110000) if UNSEEN.match(chr(code))]
TURNS = re.compile(f"[{DIRECTIONS}]")
KINDS = {"line": TypeAdapter(Line), "text": TypeAdapter(Text)}
NAMED_SO = {
    *("\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e", "\u061c"),
    *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\ufe0f", "\U000e0100", "\U000e0041"),
    *(
        "\x80",
        "\x9f",
        "\U0001d159",
        "\U00013430",
        "\U0001343f",
        "\ufffc",
        "\ufdd0",
        "\ufdef",
        "\ufffe",
        "\uffff",
        "\U0001fffe",
        "\U0010ffff",
    ),
}


def test_the_signs_that_texts_are_pasted_with_are_known() -> None:
    assert set(SIGNS) >= NAMED_SO
    assert "\x85" not in SIGNS, "it breaks a line"
    assert all(
        each.isprintable() is False
        or each in "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u20e3\ufffc\U0001d159"
        or "\ufe00" <= each <= "\U000e01ef"
        or each in "\u180b\u180c\u180d\u180f"
        for each in SIGNS
    )


def test_the_quick_look_at_a_text_overlooks_none_of_them() -> None:
    assert [sign for sign in SIGNS if sign.isprintable() and not PRINTED.match(sign)] == []
    for sign in SIGNS:
        assert kept(f"电{sign}梯") == DROPPED.sub(lambda found: found[0] if found["flag"] or found["used"] else "", f"电{sign}梯")


def test_a_text_is_found_whatever_it_was_pasted_with() -> None:
    for sign in SIGNS:
        assert plain(f"{sign}电{sign}梯{sign}1{sign}") == plain("电梯1")
        assert plain("电梯") in plain(kept(f"三号楼{sign}电{sign}{sign}梯"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_of_such_signs_alone_is_refused_as_empty(kind: str) -> None:
    for sign in SIGNS:
        for alone in (sign, sign * 3, f" {sign} ", f"{sign}\u200d{sign}"):
            with pytest.raises(ValidationError) as error:
                KINDS[kind].validate_python(alone)
            assert error.value.errors()[0]["type"] == "string_too_short"
            with pytest.raises(ValidationError):
                Wording(zh=alone.strip(), en="a")


def test_what_was_recorded_before_is_read_all_the_same() -> None:
    assert KINDS["text"].validate_python("\u200b\u202e", context=RECORDED) == "—"
    for kind, becomes in (("line", "甲 乙 丙丁"), ("text", "甲\u2028乙 丙丁")):
        assert KINDS[kind].validate_python("甲\u2028乙\x0b丙\x07丁", context=RECORDED) == becomes
        assert KINDS[kind].validate_python("\x07", context=RECORDED) == "—"
    told = {"zh": "甲\x00乙\n丙\x85丁", "en": "\x1b[31mred\t\x7f"}
    assert Wording.model_validate(told, context=RECORDED) == Wording(zh="甲乙\n丙 丁", en="[31mred\t")


def test_what_a_service_says_of_what_it_was_sent_holds_no_control_character() -> None:
    assert worded(("没有 {book}", "no {book}"), book="h\x00\x1b[31m1") == Wording(zh="没有 h[31m1", en="no h[31m1")


@pytest.mark.parametrize("text", ["电\x07梯", "电\x7f梯", "电\x85梯", "电\x1b[31m梯", "电\x00梯"])
def test_what_is_wrong_with_such_a_text_is_said_in_both_languages(text: str) -> None:
    for kind, value in ((Line, text), (Text, text), (Wording, {"zh": text, "en": "a"}), (Filled, {"on": text})):
        with pytest.raises(ValidationError) as error:
            TypeAdapter(kind).validate_python(value)
        said = fitting(error.value.errors()[0])
        assert "控制字符" in said.zh
        assert "control characters" in said.en


def test_a_sign_that_has_a_use_stays_and_any_other_goes() -> None:
    used = ["👩\u200d⚕\ufe0f", "❤\ufe0f\u200d🔥", "葛\U000e0100城", "1\ufe0f\u20e3", "🏴\U000e0067\U000e0062\U000e007f", "می\u200cخواهم"]
    for text in used:
        assert kept(text) == text
        assert seen(text) != text
    useless = {
        "电\u200b梯": "电梯",
        "\ufeff电梯": "电梯",
        "a\u200db": "ab",
        "a\U000e0041": "a",
        "甲\u202e乙\u202c丙": "甲乙丙",
        "软\u00ad件": "软件",
    }
    for text, becomes in useless.items():
        assert kept(text) == becomes
        assert kept(kept(text)) == kept(text)


def texts(annotation: Any, place: str, seen: tuple[Any, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The texts in what has this type, each with its rules."""
    parts = get_args(annotation)
    if annotation is str or (get_origin(annotation) is Annotated and parts[0] is str):
        yield place, annotation
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in seen:
            for name, field in annotation.model_fields.items():
                yield from texts(field.rebuild_annotation(), f"{place}.{name}", (*seen, annotation))
    else:
        for part in parts:
            yield from texts(part, place, seen)


TOLD = [fact for fact in CATALOGUE.values() if fact.teller is Teller.BUREAU]
MODELS: tuple[type[BaseModel], ...] = (*TOLD, Plan, Unit)
"""What is recorded is made of these."""
TEXTS = dict(each for model in MODELS for each in texts(model, model.__name__))
NAMES_OF_EVENTS = re.compile(r".*(\.rules\.fact|\.roles\.acts|\.rights\.above|told_source|told_id)")
"""Fields of a plan that are compared with all events that there are, and ids that the door asks to be printable."""


@pytest.mark.parametrize("place", [each for each in TEXTS if not NAMES_OF_EVENTS.fullmatch(each)])
def test_no_field_of_an_event_a_plan_or_a_tree_keeps_a_sign_that_turns_the_direction(place: str) -> None:
    adapter = TypeAdapter[Any](TEXTS[place], config=Value.model_config)
    for sign in "\u200b\u200e\u202a\u202e\u2066\u2069\ufeff":
        for text, becomes in ((f"a{sign}b", "ab"), (f"a{sign}{{number}}", "a{number}")):
            try:
                taken = adapter.validate_json(json.dumps(text))
            except ValidationError:
                continue
            assert taken == becomes


def test_forms_lose_them_too() -> None:
    assert TypeAdapter(Filled).validate_python({"on": "甲\u202e乙"}) == {"on": "甲乙"}


CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Signs that no document, mail or page can hold, which a text may be pasted with. Tabs and line breaks are none."""
EACH = [chr(code) for code in range(0xA0) if CONTROLS.match(chr(code))]
LIKELY = ("ab", "1", "a{number}", "a@b.example", "+86 10 8888", "tengzhou-2019/h1/issue/t01~1", "2019-04", "2019-04-02", "0" * 64)


@pytest.mark.parametrize("place", [each for each in TEXTS if not NAMES_OF_EVENTS.fullmatch(each)])
def test_no_text_of_an_event_a_plan_or_a_tree_keeps_a_control_character(place: str) -> None:
    adapter = TypeAdapter[Any](TEXTS[place], config=Value.model_config)
    for text in LIKELY:
        for sign in (*EACH, "\u2028", "\u2029") if "\n" not in _taken(adapter, "a\nb") else EACH:
            assert sign not in _taken(adapter, f"{text[:-1]}{sign}{text[-1]}"), (text, sign)


def _taken(adapter: TypeAdapter[Any], text: str) -> str:
    """What becomes of a text; nothing where it is refused."""
    try:
        return str(adapter.validate_json(json.dumps(text)))
    except ValidationError:
        return ""
