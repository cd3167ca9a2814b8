"""Whatever the door refuses it says in the language that was asked for, and what is wrong with an event in both."""

import re
from typing import Any

import orjson
import pytest

from services.intake.body import BATCH, LINES, ONE
from services.intake.no_json import CAUSES, JSON
from services.intake.reasons import INTAKE
from tests.intake.given import Campaign, make_issue
from tests.intake.refused import MISTAKES, NO_JSON
from tests.languages import speaks, texts

NO_LIST = (b"{}", b'"a"', b"1", b"1.5", b"true", b"null")


def both(problem: dict[str, Any]) -> list[str]:
    """What an answer says of single events that is not in the language it is given for."""
    errors = problem.get("errors", [])
    return [each[name] for each in errors for name, language in (("detail", "en"), ("detail_zh", "zh")) if not speaks(language, each[name])]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("media", [ONE, BATCH, LINES])
async def test_what_is_no_json_is_said_with_its_place_in_the_language_asked_for(campaign: Campaign, media: str, language: str) -> None:
    for body in NO_JSON:
        if media == LINES and (not body.strip() or b"\n" in body):
            continue
        answer = await campaign.post(body, media, **{"accept-language": language})
        problem = answer.json()
        assert answer.status_code == (422 if media == LINES else 400), body
        assert [text for text in texts(problem) if media != LINES and not speaks(language, text)] == [], body
        assert both(problem) == []
        said = problem["errors"][0]["detail_zh" if language == "zh" else "detail"] if media == LINES else problem["detail"]
        assert re.search(r"第 \d+ 行第 \d+ 列|line \d+ column \d+|第 \d+ 字节|at byte \d+", said), said


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_other_refusal_of_the_door_is_in_the_language_asked_for(campaign: Campaign, language: str) -> None:
    headers = {"accept-language": language}
    answers = [await campaign.post(body, BATCH, **headers) for body in NO_LIST]
    answers += [await campaign.post(b"{}", media, **headers) for media in ("text/plain", f"{ONE}; charset=gbk", "")]
    answers += [await campaign.post(b"{}", ONE, key, **headers) for key in (None, "reader")]
    answers.append(await campaign.post(b"[" + b"1," * 1001 + b"1]", BATCH, **headers))
    answers.append(await campaign.tell([make_issue(subject="tengzhou-2019/t02/issue/t01~1")], **headers))
    answers.append(await campaign.client.put("/v1/events", headers=headers))
    answers.append(await campaign.client.get("/v1/nowhere", headers=headers))
    assert {each.status_code for each in answers} == {400, 401, 403, 404, 405, 413, 415}
    for each in answers:
        said = [each.json()["title"], each.json()["detail"]]
        assert [text for text in said if not speaks(language, text)] == []
        assert both(each.json()) == []


async def test_what_is_wrong_with_an_event_is_said_in_both_languages_with_field_and_value(campaign: Campaign) -> None:
    for part in (MISTAKES[:40], MISTAKES[40:]):
        problem = (await campaign.tell([make_issue(**changes) for changes in part])).json()
        assert len({each["index"] for each in problem["errors"]}) > len(part) // 2
        assert both(problem) == []
        assert [
            each for each in problem["errors"] if "不符合要求：不符合要求" in each["detail_zh"] or not isinstance(each["field"], str)
        ] == []


def test_each_cause_has_words_and_each_is_in_one_language() -> None:
    assert set(CAUSES.values()) | {"unexpected"} <= JSON.keys()
    for zh, en in JSON.values():
        assert set(re.findall(r"(?<!{){(\w+)}", zh)) == set(re.findall(r"(?<!{){(\w+)}", en))
        assert not re.search("[\u4e00-\u9fff]", en)
    assert all(re.search("[\u4e00-\u9fff]", zh) for zh, _ in INTAKE.values())
    assert all(not isinstance(orjson.loads(body), list) for body in NO_LIST)
