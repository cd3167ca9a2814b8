"""Tokens for OAUTHBEARER: read from a file that something else keeps fresh, or asked of a token endpoint and renewed before they run out."""

import asyncio
import base64
import binascii
import re
import ssl
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, time
from urllib.parse import quote_plus

import httpx
import orjson
import structlog
from aiokafka import conn
from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaError, SaslAuthenticationFailed
from pydantic import SecretStr

log = structlog.get_logger()

RENEWED_AFTER = 0.8
"""The part of a token's life after which another is asked for, as Kafka's own clients do."""
PATIENCE = 10.0
"""Seconds that the endpoint may take."""
UNSAID = 300.0
"""Seconds that a token is taken to live where the endpoint does not say."""


class NoToken(KafkaError):  # type: ignore[misc]
    """There is no token to log in with; the text says why, and no secret. aiokafka goes on after errors of Kafka alone."""


class _Checked(conn.OAuthAuthenticator):  # type: ignore[misc]
    """aiokafka takes whatever is answered to a token for a welcome. Kafka refuses one by a text in that answer, and gives whoever goes on a cluster of no
    brokers, in which aiokafka looks for a leader for ever.
    """

    async def step(self, payload: bytes | None) -> tuple[bytes, bool] | None:
        """Raises SaslAuthenticationFailed for a token that was refused."""
        if payload:
            raise SaslAuthenticationFailed(payload.decode("utf-8", "replace")[:200])
        return await super().step(payload)  # type: ignore[no-any-return]


def install() -> None:
    """Have aiokafka, for the whole process, notice a token that is refused."""
    conn.OAuthAuthenticator = _Checked


class FileTokens(AbstractTokenProvider):  # type: ignore[misc]
    """Tokens in a file, such as those that Kubernetes projects: read again for each connection."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def token(self) -> str:
        """The token as it is now. Raises NoToken."""
        try:
            token = self._path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NoToken(f"the token file {self._path} cannot be read: {getattr(error, 'strerror', 'it is no text')}") from None
        token = _token_of(token, f"the token file {self._path}")
        if (ends := _ends(token)) and ends < time():
            raise NoToken(f"the token in {self._path} ran out on {datetime.fromtimestamp(ends, UTC):%Y-%m-%d %H:%M:%S} UTC")
        return token


class EndpointTokens(AbstractTokenProvider):  # type: ignore[misc]
    """Tokens of a client at a token endpoint (RFC 6749, 4.4): one for all connections, another before it runs out."""

    def __init__(self, url: str, client: tuple[str, SecretStr], scope: str | None, authorities: ssl.SSLContext) -> None:
        self._url, (self._id, self._secret), self._scope, self._authorities = url, client, scope, authorities
        self._token, self._renewed_from, self._ends = "", 0.0, 0.0
        self._asking = asyncio.Lock()

    async def token(self) -> str:
        """A token that lives for a while. Raises NoToken."""
        async with self._asking:
            if monotonic() >= self._renewed_from:
                try:
                    await self._renew()
                except NoToken as error:
                    if monotonic() >= self._ends:
                        raise
                    log.warning("token not renewed", detail=str(error))
                    self._renewed_from = (
                        monotonic() + PATIENCE
                    )  # the old one holds still, and connections need not all wait for the endpoint
        return self._token

    async def _renew(self) -> None:
        asked, form = monotonic(), {"grant_type": "client_credentials"} | ({"scope": self._scope} if self._scope else {})
        login = httpx.BasicAuth(quote_plus(self._id), quote_plus(self._secret.get_secret_value()))  # encoded as RFC 6749, 2.3.1, has it
        try:
            async with httpx.AsyncClient(verify=self._authorities, timeout=PATIENCE) as http:
                answer = await http.post(self._url, data=form, auth=login, headers={"Accept": "application/json"})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoToken(f"the token endpoint {self._url} does not answer: {str(error) or type(error).__name__}") from None
        try:
            said = orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            said = None
        if not isinstance(said, dict):
            said = {}
        if answer.status_code != 200:
            code = str(said.get("error", ""))
            code = f" ({code})" if re.fullmatch(r"[a-z_]{1,40}", code) else ""  # the code alone: what else it says may repeat what was sent
            raise NoToken(f"the token endpoint {self._url} answers {answer.status_code}{code} to the client {self._id}")
        token = _token_of(said.get("access_token"), f"the answer of the token endpoint {self._url}")
        life = _seconds(said.get("expires_in"))
        self._token, self._renewed_from, self._ends = token, asked + life * RENEWED_AFTER, asked + life


def _seconds(given: object) -> float:
    """How long a token lives; some endpoints say it as a text."""
    try:
        life = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return UNSAID
    return life if 0 < life < 10**9 else UNSAID


def _token_of(given: object, where: str) -> str:
    """A token. Raises NoToken for what none can be: it would be taken for another part of the log-in."""
    if isinstance(given, str) and re.fullmatch(r"[\x21-\x7e]+", given):
        return given
    raise NoToken(f"{where} holds no token")


def _ends(token: str) -> float | None:
    """When a token runs out, if it is one that says so (a JWT), in seconds since 1970."""
    try:
        body = token.split(".")[1]
        ends = orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["exp"]
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
        return None
    return float(ends) if isinstance(ends, int | float) else None
