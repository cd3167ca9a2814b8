"""Keys, hashed at rest and scoped; and how a request without a fitting one is refused."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI
from pydantic import ValidationError

from shared.http.access import KEYS, Key, Keys, KeysMistake
from shared.http.key_file import follow
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


def test_the_unit_of_a_key_kept_without_a_root_is_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps([{"id": "k", "source": "s", "unit": "t01", "may": ["tell"], "sha256": "0" * 64}]))
    [key] = Keys.read(path)
    assert (key.root, key.joins) == ("t01", ())


def test_secrets_are_nowhere_in_the_file_and_keys_come_back(keys: Keys, tmp_path: Path) -> None:
    secret, path = keys.add("k", "t01", "t01", ["tell"]), tmp_path / "keys.json"
    keys.write(path)
    text = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert secret not in text
    assert secret.split("_", 2)[2] not in text
    assert hashlib.sha256(secret.encode()).hexdigest() in text
    assert Keys.read(path).holder(secret) == keys.holder(secret)


def test_without_a_file_no_key_is_valid(keys: Keys) -> None:
    assert Keys.read(None).holder(keys.add("k", "t01", "t01", ["tell"])) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[{", "Invalid JSON"),
        ("{}", "array"),
        ('[{"id": "k"}]', "0.source: Field required"),
        ('[{"id": "K", "source": "s", "unit": "u", "may": ["tell"], "sha256": "%s"}]' % ("0" * 64), "0.id"),
        ('[{"id": "k", "source": "s", "unit": "u", "may": ["rule"], "sha256": "%s"}]' % ("0" * 64), "0.may.0"),
        ('[{"id": "k", "source": "s", "unit": "u", "may": [], "sha256": "%s"}]' % ("0" * 64), "0.may"),
        ('[{"id": "k", "source": "s", "unit": "u", "may": ["tell"], "sha256": "12"}]', "0.sha256"),
        ('[{"id": "k", "source": "s", "unit": "u", "may": ["tell"], "sha256": "%s", "scope": 1}]' % ("0" * 64), "0.scope"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_field(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(KeysMistake) as mistake:
        Keys.read(path)
    assert str(mistake.value).startswith(f"{path}: ")
    assert says in str(mistake.value)


@pytest.mark.parametrize("source", ["self-check", "xiaohao", "xiaohao-clock"])
def test_no_key_has_a_source_that_is_ours(keys: Keys, tmp_path: Path, source: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps([{"id": "k", "source": source, "unit": "u", "may": ["tell"], "sha256": "0" * 64}]))
    with pytest.raises(KeysMistake, match=f"0.source: '{source}' is kept for Xiaohao itself"):
        Keys.read(path)
    with pytest.raises(ValidationError):
        keys.add("k", source, "u", ["tell"])


def test_no_two_keys_of_a_file_have_the_same_id(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    key = {"source": "s", "unit": "u", "may": ["tell"], "sha256": "0" * 64}
    path.write_text(json.dumps([key | {"id": id} for id in ("same", "other", "same")]))
    with pytest.raises(KeysMistake, match="same: more than one key has this id"):
        Keys.read(path)


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(KeysMistake, match="No such file"):
        Keys.read(tmp_path / "none.json")


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


async def test_a_key_that_is_revoked_in_the_file_is_refused_while_the_service_runs(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    file = Keys()
    kept, gone = (file.add(id, "t01", "t01", ["tell"]) for id in ("kept", "gone"))
    file.write(path)
    keys = Keys.read(path)
    async with following(keys):
        assert keys.holder(gone)
        file.revoke("gone")
        file.write(path)  # by a rename
        await until(lambda: keys.holder(gone) is None)
        assert keys.holder(kept)
        new = file.add("new", "t02", "t02", ["read"])
        path.write_bytes(KEYS.dump_json(tuple(file)))  # in place
        await until(lambda: keys.holder(new) is not None)
        path.rename(tmp_path / "version-2.json")
        file.revoke("kept")
        file.write(tmp_path / "version-3.json")
        path.symlink_to("version-3.json")  # as a mounted secret is replaced
        await until(lambda: keys.holder(kept) is None)
        assert keys.holder(new)


@pytest.mark.parametrize("content", ["", "[{", "{}", '[{"id": "k"}]', None])
async def test_a_file_that_became_unusable_leaves_the_keys_before_it_and_is_said_until_it_is_mended(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "keys.json"
    file = Keys()
    secret = file.add("k", "t01", "t01", ["tell"])
    file.write(path)
    keys = Keys.read(path)
    async with following(keys):
        path.unlink() if content is None else path.write_text(content)
        await until(lambda: keys.fault is not None)
        assert str(path) in str(keys.fault)
        assert keys.holder(secret)
        file.write(path)
        await until(lambda: keys.fault is None)
        path.write_text("[]")
        await until(lambda: keys.holder(secret) is None)
        assert keys.fault is None


@asynccontextmanager
async def following(keys: Keys) -> AsyncIterator[None]:
    """The file of keys is looked at all the time."""
    task = asyncio.create_task(follow(keys, 0))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0)


def test_a_file_keeps_its_mode_when_it_is_written_anew(keys: Keys, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys.write(path)
    path.chmod(0o644)
    keys.add("k", "t01", "t01", ["tell"])
    keys.write(path)
    assert path.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


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
    ]
    answers = [await client.get("/told", headers={"authorization": each}) for each in wrong] + [await client.get(f"/told?key={secret}")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["content-type"] == "application/problem+json"
    assert "Basic" in answers[0].headers["www-authenticate"]
    assert (
        answers[0].json()["detail"] == "no valid API key; send `Authorization: Bearer xh_…`, or in a browser give the key as the password"
    )


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
