"""Tokens are there before they are needed, renewed before they run out, and what goes wrong is said without a secret."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from shared.kafka import tokens
from shared.kafka.tokens import EndpointTokens, FileTokens, NoToken
from tests.certificates import Authority, TokenSigner
from tests.token_endpoint import endpoint

SECRET = "s:cret/&+ 密"


def at(url: str, authorities: ssl.SSLContext | None = None) -> EndpointTokens:
    return EndpointTokens(url, ("client & co", SecretStr(SECRET)), "kafka", authorities or ssl.create_default_context())


async def test_one_token_serves_all_connections_and_another_is_there_before_it_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = 1000.0, list[tuple[dict[str, list[str]], str]]()
    monkeypatch.setattr(tokens, "monotonic", lambda: now)

    def answer(form: dict[str, list[str]], client: str) -> tuple[int, Any]:
        asked.append((form, client))
        return 200, {"access_token": f"token-{len(asked)}", "token_type": "Bearer", "expires_in": 100}

    async with endpoint(answer) as url:
        provider = at(url)
        assert set(await asyncio.gather(*(provider.token() for _ in range(20)))) == {"token-1"}
        assert asked == [({"grant_type": ["client_credentials"], "scope": ["kafka"]}, f"client & co:{SECRET}")]
        now += 79
        assert await provider.token() == "token-1"
        now += 1
        assert await provider.token() == "token-2"
    now += 85  # the endpoint is gone: the old token holds for as long as it lives
    assert await provider.token() == "token-2"
    now += 15
    with pytest.raises(NoToken, match="does not answer"):
        await provider.token()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            401,
            {"error": "invalid_client", "error_description": f"{SECRET} is wrong"},
            r"answers 401 \(invalid_client\) to the client client & co",
        ),
        (500, b"<html>oops s:cret</html>", "answers 500 to the client"),
        (400, {"error": f"no {SECRET}"}, "answers 400 to the client"),
        (302, b"", "answers 302 to the client"),
        (200, b"token", "holds no token"),
        (200, {"expires_in": 3600}, "holds no token"),
        (200, {"access_token": ""}, "holds no token"),
        (200, {"access_token": 7}, "holds no token"),
        (200, {"access_token": "a\x01auth=Bearer b"}, "holds no token"),
    ],
)
async def test_what_an_endpoint_refuses_is_said_without_a_secret(status: int, body: Any, said: str) -> None:
    async with endpoint(lambda *_: (status, body)) as url:
        with pytest.raises(NoToken, match=said) as error:
            await at(url).token()
    assert "cret" not in str(error.value)


@pytest.mark.parametrize("life", [None, "3600", "soon", 0, -5, [], 1e300, float("1e5")])
async def test_a_token_of_any_life_that_an_endpoint_may_say_is_used(life: Any) -> None:
    async with endpoint(lambda *_: (200, {"access_token": "token", "expires_in": life})) as url:
        assert await at(url).token() == "token"


async def test_an_endpoint_that_nobody_vouches_for_is_told_nothing(tmp_path: Path) -> None:
    authority, told = Authority(tmp_path), list[str]()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(authority.issue("id"))

    def answer(form: dict[str, list[str]], client: str) -> tuple[int, Any]:
        told.append(client)
        return 200, {"access_token": "token"}

    async with endpoint(answer, server) as url:
        with pytest.raises(NoToken, match="CERTIFICATE_VERIFY_FAILED"):
            await at(url).token()
        assert not told
        assert await at(url, ssl.create_default_context(cafile=authority.path)).token() == "token"


async def test_a_token_file_is_read_again_for_each_connection(tmp_path: Path) -> None:
    signer, path = TokenSigner(tmp_path), tmp_path / "token"
    provider = FileTokens(path)
    for text in (signer.token("intake", 60), "opaque", signer.token("intake", 120)):
        path.write_text(f"{text}\n")
        assert await provider.token() == text
    for raw, said in (
        (signer.token("intake", -1).encode(), r"the token in .*token ran out on \d{4}-"),
        (b"", "holds no token"),
        (b"two words", "holds no token"),
        (b"\xff\xfe", "is no text"),
        (None, "cannot be read: No such file"),
    ):
        path.unlink()
        if raw is not None:
            path.write_bytes(raw)
        with pytest.raises(NoToken, match=said):
            await provider.token()
        path.touch()
