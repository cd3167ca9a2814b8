"""The language and the form of what is refused."""

import re
from typing import Any

import pytest
from fastapi import Request

from shared.http.language import language_of, wants_page
from shared.http.problem import Problem
from shared.wording import Language
from shared.wording.problems import DETAILS, PROBLEMS, TITLES

LANGUAGES: tuple[Language, Language] = ("zh", "en")
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": raw})


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("EN-us", "en"),
        ("fr, de;q=0.5", "zh"),
        ("fr, en;q=0.3", "en"),
        ("*", "zh"),
        ("en, *;q=0.5", "en"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=0.5, en;q=0.5", "zh"),
        ("en;q=0", "zh"),
        ("zh-Hant;q=0.2, en;q=0.9", "en"),
        ("en;q=nonsense", "zh"),
        ("en;level=1;q=0.4, zh; q=0.3", "en"),
        (";;q=,,=", "zh"),
        ("english", "zh"),
        ("x" * 100_000, "zh"),
    ],
)
def test_it_is_chinese_unless_english_is_preferred(wanted: str, language: str) -> None:
    assert language_of(request(accept_language=wanted)) == language
    assert language_of(request("lang=en", accept_language=wanted)) == "en"
    assert language_of(request("lang=zh", accept_language=wanted)) == "zh"
    assert language_of(request("lang=fr", accept_language=wanted)) == language


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (FIREFOX, True),
        ("text/html", True),
        ("TEXT/HTML;charset=utf-8", True),
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/json, text/html", False),
        ("application/json;q=0.5, text/html", True),
        ("text/html;q=0", False),
        ("text/*", False),
    ],
)
def test_it_is_a_page_only_where_a_page_is_preferred(accept: str, page: bool) -> None:
    assert wants_page(request(accept=accept)) == page


@pytest.mark.parametrize("texts", [*TITLES.values(), *DETAILS.values(), *((zh, en) for _, zh, en in PROBLEMS.values())])
def test_every_text_is_there_in_both_languages_with_the_same_places(texts: tuple[str, str]) -> None:
    zh, en = texts
    assert set(re.findall(r"\{(\w+)", zh)) == set(re.findall(r"\{(\w+)", en))
    assert re.search("[\u4e00-\u9fff]", zh)
    assert not re.search("[\u4e00-\u9fff]", en)


@pytest.mark.parametrize("name", list(PROBLEMS))
def test_every_problem_has_a_title_in_both_languages_and_says_its_language(name: str) -> None:
    status, zh, _ = PROBLEMS[name]
    values: dict[str, Any] = {field: 60 if field == "seconds" else "x" for field in re.findall(r"\{(\w+)", zh)}
    problem = Problem(name, **values)
    assert status in TITLES
    for language in LANGUAGES:
        answer = problem.response(language)
        assert (answer.status_code, answer.headers["content-language"], answer.headers["vary"]) == (
            status,
            language,
            "Accept, Accept-Language",
        )
    assert problem.response("zh").body != problem.response("en").body
