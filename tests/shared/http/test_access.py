"""Keys, hashed at rest and scoped; and how a request without a fitting one is refused."""

import base64
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI
from pydantic import ValidationError

from shared.http.access import OUR_USERS, Key, Keys, Secret
from shared.http.problem import Problem, add_problems, requires
from shared.http.wrong_keys import MOST

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def keys() -> Keys:
    return Keys()


def test_a_secret_opens_its_own_key_alone(keys: Keys) -> None:
    first = keys.add("first", "t01", "t01", ["tell"])
    second = keys.add("second-key", "t02", "t02", ["tell", "read"])
    found, other = keys.holder(first), keys.holder(second)
    assert found
    assert other
    assert (found.id, found.source, found.unit, found.may) == ("first", "t01", "t01", ("tell",))
    assert other.id == "second-key"
    swapped = first.replace("xh_first_", "xh_second-key_")
    for wrong in ("", "xh_", "xh_first_", "xh_first", "xh_third_x", first[:-1], first + "x", first.upper(), f" {first}", swapped):
        assert keys.holder(wrong) is None, wrong


PATHS = {
    "root": ("bureau",),
    "unit": ("bureau", "t01"),
    "below": ("bureau", "t01", "h1"),
    "beside": ("bureau", "t010", "h1"),
    "of another root": ("other", "t01", "h1"),
    "as the other root": ("t01", "h1"),
    "nowhere": (),
}


@pytest.mark.parametrize(
    ("unit", "root", "joins", "covered"),
    [
        ("t01", "bureau", (), {"unit", "below"}),
        ("bureau", "bureau", (), {"root", "unit", "below", "beside"}),
        ("t01", "bureau", ("other",), {"unit", "below", "of another root"}),
        ("t01", "other", (), {"of another root"}),
        ("t01", None, (), {"as the other root"}),
        ("t01", None, ("bureau",), {"as the other root", "unit", "below"}),
    ],
)
def test_a_key_covers_its_unit_and_all_below_it_under_its_own_roots_alone(
    keys: Keys, unit: str, root: str | None, joins: tuple[str, ...], covered: set[str]
) -> None:
    key = keys.holder(keys.add("k", unit, unit, ["tell"], root, joins))
    assert key
    assert {name for name, path in PATHS.items() if key.covers(path)} == covered


def test_no_key_joins_as_the_root_itself_what_it_is_to_join_as_a_unit(keys: Keys) -> None:
    with pytest.raises(ValidationError, match="cannot join itself"):
        keys.add("k", "bureau", "bureau", ["tell", "operate"], "other", ("bureau",))


def test_no_bureau_writes_to_an_inbox_as_a_user_of_kafka_that_has_rights_of_ours() -> None:
    script = (Path(__file__).parents[3] / "deploy/kafka/acls.sh").read_text("utf-8")
    users = set(re.findall(r"(?m)^ *allow ([a-z]+) ", script))
    assert users == OUR_USERS
    for id in users:
        with pytest.raises(ValidationError, match=f"'{id}' is what Kafka calls a part of Xiaohao"):
            Key(id=id, source="x", unit="x", may=("tell",), inbox=True)
        assert not Key(id=id, source="x", unit="x", may=("tell",)).inbox, "a key without an inbox is no user of Kafka"


NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """A time that a test sets."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_key_is_taken_until_it_expires_and_not_from_then_on(clock: Clock) -> None:
    keys = Keys(now=clock)
    secret = keys.add("k", "t01", "t01", ["tell"], expires=NOW + HOUR)
    for now, taken in ((NOW, True), (NOW + HOUR - timedelta(microseconds=1), True), (NOW + HOUR, False), (NOW + 2 * HOUR, False)):
        clock.now = now
        assert (keys.holder(secret) is not None, [key.id for key in keys]) == (taken, ["k"] if taken else []), now


def test_a_revoked_key_is_none_and_its_name_is_still_known_to_the_log(keys: Keys) -> None:
    secret = keys.add("k", "t01", "t01", ["tell"])
    [key] = keys
    keys.put(key.model_copy(update={"revoked": NOW}))
    assert (keys.holder(secret), list(keys), keys.named(secret)) == (None, [], "k")


def test_while_a_key_is_rotated_both_secrets_open_it_and_then_the_new_one_alone(clock: Clock) -> None:
    keys = Keys(now=clock)
    old = keys.add("k", "t01", "t01", ["tell"])
    [key] = keys
    new, kept = Secret.new("k", NOW)
    keys.put(key.model_copy(update={"secrets": (key.secrets[0].model_copy(update={"until": NOW + HOUR}), kept)}))
    assert (keys.holder(old) is None, keys.holder(new) is None) == (False, False)
    clock.now = NOW + HOUR
    assert (keys.holder(old) is None, keys.holder(new) is None) == (True, False)


def test_a_key_without_secrets_is_opened_by_none(keys: Keys) -> None:
    keys.put(Key(id="k", source="k", unit="t01", may=("tell",)))
    assert keys.holder("xh_k_") is None
    assert keys.holder("xh_k_" + "A" * 43) is None


def test_only_a_key_that_was_taken_was_used(clock: Clock) -> None:
    keys = Keys(now=clock)
    secret = keys.add("k", "t01", "t01", ["tell"])
    keys.holder(f"{secret}x")
    assert keys.used == {}
    keys.holder(secret)
    assert keys.used == {"k": NOW}


@pytest.mark.parametrize("source", ["self-check", "handover", "below", "xiaohao", "xiaohao-clock"])
def test_no_key_has_a_source_that_is_ours(keys: Keys, source: str) -> None:
    with pytest.raises(ValidationError, match="is kept for Xiaohao itself"):
        keys.add("k", source, "u", ["tell"])


def test_a_key_needs_codes(keys: Keys) -> None:
    with pytest.raises(ValidationError):
        keys.add("a_b", "t01", "t01", ["tell"])
    with pytest.raises(ValidationError):
        keys.add("k", "xiaohao/clock", "t01", ["tell"])


@pytest.fixture
async def client(keys: Keys) -> AsyncIterator[httpx.AsyncClient]:
    http = FastAPI()
    add_problems(http)

    @http.get("/told")
    async def told(key: Annotated[Key, Depends(requires(keys, "tell"))], number: int = 0) -> str:
        if number > 9:
            raise Problem("parameter", more={"errors": [{"index": 0, "field": "number", "value": number, "detail": "at most 9"}]})
        return key.id

    @http.get("/bug")
    async def bug() -> None:
        raise RecursionError("a secret of the house")

    # What escaped is raised on to the server, which logs it, once the answer is sent.
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(http, raise_app_exceptions=False), base_url="http://door", headers=ENGLISH
    ) as client:
        yield client


async def test_a_key_comes_as_bearer_token_or_as_password(keys: Keys, client: httpx.AsyncClient) -> None:
    secret = keys.add("k", "t01", "t01", ["tell"])
    for header in (f"Bearer {secret}", f"bearer  {secret} ", f"Basic {base64.b64encode(f'anybody:{secret}'.encode()).decode()}"):
        answer = await client.get("/told", headers={"authorization": header})
        assert (answer.status_code, answer.json()) == (200, "k"), header


async def test_wrong_keys_of_an_address_are_slowed_down_and_a_right_one_is_still_taken(keys: Keys, client: httpx.AsyncClient) -> None:
    secret = keys.add("k", "t01", "t01", ["tell"])
    wrong = [{"authorization": f"Bearer {each}"} for each in (f"{secret}x", "xh_none_x", "", secret[:-1], "nothing")]
    answers = [await client.get("/told", headers=wrong[number % len(wrong)]) for number in range(30)]
    assert [answer.status_code for answer in answers] == [401] * MOST + [429] * (30 - MOST)
    assert all(0 < int(answer.headers["retry-after"]) <= 60 for answer in answers[MOST:])
    assert (await client.get("/told", headers={"authorization": f"Bearer {secret}"})).status_code == 200
    assert (await client.get("/told")).status_code == 401  # a browser asks so before it asks its user


async def test_without_a_valid_key_every_answer_is_the_same(keys: Keys, client: httpx.AsyncClient) -> None:
    secret = keys.add("k", "t01", "t01", ["tell"])
    wrong = [
        "",
        "Bearer",
        "Bearer xh_k_wrong",
        "Bearer xh_none_wrong",
        f"Token {secret}",
        secret,
        "Basic !",
        "Basic /w==",
        f"Basic {secret}",
        f"Bearer {keys.add('gone', 't01', 't01', ['tell'], revoked=NOW)}",
        f"Bearer {keys.add('over', 't01', 't01', ['tell'], expires=NOW)}",
    ]
    answers = [await client.get("/told", headers={"authorization": each}) for each in wrong] + [await client.get(f"/told?key={secret}")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["content-type"] == "application/problem+json"
    assert "Basic" in answers[0].headers["www-authenticate"]
    assert (
        answers[0].json()["detail"]
        == "no valid API key, and one that was revoked or has expired is none; send `Authorization: Bearer xh_…`, or in a browser give the key as the password"
    )


@pytest.mark.parametrize(
    "given",
    [
        "Basic é".encode("latin-1"),
        "Basic é".encode(),
        b"Basic \xff",
        b"Basic {key}\xa0",
        b"Bearer \xff",
        b"Bearer {key}\xa0",
        b"Bearer \x85{key}",
    ],
)
async def test_a_key_in_other_signs_than_it_has_is_a_wrong_key(keys: Keys, client: httpx.AsyncClient, given: bytes) -> None:
    secret = keys.add("k", "t01", "t01", ["tell"]).encode()
    key = base64.b64encode(b"k:" + secret) if given.startswith(b"Basic") else secret
    answer = await client.get("/told", headers=[(b"authorization", given.replace(b"{key}", key))])
    assert answer.status_code == 401


async def test_where_nobody_knows_any_more_which_keys_are_right_none_is_taken_and_none_is_called_wrong(
    keys: Keys, client: httpx.AsyncClient
) -> None:
    secret = keys.add("k", "t01", "t01", ["tell"])
    keys.lost = True
    for each in (secret, f"{secret}x"):
        answer = await client.get("/told", headers={"authorization": f"Bearer {each}"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    keys.lost = False
    assert (await client.get("/told", headers={"authorization": f"Bearer {secret}"})).status_code == 200


async def test_a_key_that_may_not_is_told_what_it_may(keys: Keys, client: httpx.AsyncClient) -> None:
    answer = await client.get("/told", headers={"authorization": f"Bearer {keys.add('k', 't01', 't01', ['read', 'announce'])}"})
    assert answer.status_code == 403
    assert answer.json()["detail"] == "key k may not tell; it may read, announce"


async def test_a_bug_is_a_problem_that_tells_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/bug")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"], answer.json()["title"]) == (500, 500, "Internal Server Error")
    assert "secret" not in answer.text


async def test_every_refusal_is_a_problem(keys: Keys, client: httpx.AsyncClient) -> None:
    headers = {"authorization": f"Bearer {keys.add('k', 't01', 't01', ['tell'])}"}
    for path, status, type, says in (
        ("/none", 404, "no-such-address", "/none"),
        ("/told?number=x", 422, "parameter", "parameter"),
        ("/told?number=10", 422, "parameter", "parameter"),
    ):
        answer = await client.get(path, headers=headers)
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.status_code, answer.json()["status"], answer.json()["type"]) == (status, status, f"urn:problem-type:xiaohao:{type}")
        assert says in answer.json()["detail"]
    assert (await client.get("/told?number=x", headers=headers)).json()["errors"][0]["field"] == "query.number"
    assert (await client.get("/told?number=10", headers=headers)).json()["errors"][0]["value"] == 10
    assert (await client.post("/told", headers=headers)).json()["status"] == 405
